import { plainText } from '../../text/plain-text.ts';
import { list, nameOf, object, type Preview, results, shown, text } from '../preview.ts';

export const previewDeleteScheduler: Preview = async ({ schedulerUuid }, client) => {
  const scheduler = object.parse(await results(client, 'getScheduler', { schedulerUuid }));
  const targets = list
    .parse(scheduler.targets)
    .map((target) => plainText(String(target.recipient ?? target.channel ?? 'a sheet')));
  return `Deletes the scheduled delivery ${nameOf(scheduler)} (${text.parse(scheduler.cron)}) to ${shown(targets) || 'nobody'}.`;
};
