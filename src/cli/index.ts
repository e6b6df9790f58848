// The commands for people. main.ts loads them as one module: with several, the bundler would split the code of a host's start
// into more files.
export { doctor } from './doctor/doctor.ts';
export { doctorContext } from './doctor/doctor-context.ts';
export { localFiles } from './init/files.ts';
export { init } from './init/init.ts';
export { terminalOf } from './init/terminal.ts';
