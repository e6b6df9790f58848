// The commands for people. main.ts loads them as one module: with several, the bundler would cut what a host's start needs
// into more files.
export { doctor } from './doctor.ts';
export { localFiles } from './files.ts';
export { init } from './init.ts';
export { subjectOf } from './subject.ts';
export { terminalOf } from './terminal.ts';
