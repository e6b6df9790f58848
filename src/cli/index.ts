// The commands for people. main.ts loads them as one module: with several, the bundler would cut what a host's start needs
// into more files.
export { doctor } from './doctor/doctor.ts';
export { doctorContext } from './doctor/subject.ts';
export { localFiles } from './init/files.ts';
export { init } from './init/init.ts';
export { terminalOf } from './init/terminal.ts';
