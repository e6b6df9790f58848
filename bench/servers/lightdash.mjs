// A Lightdash of one answer in a process of its own: node lightdash.mjs <milliseconds until it answers> <body>.
import { lightdash } from '../lightdash.mjs';

const [pauseMs, body] = process.argv.slice(2);
const { url } = await lightdash(Number(pauseMs), body);
process.send(url);
