import { ArgumentsError } from '../arguments.ts';
import { isTimezone } from './timezone.ts';

/** A schedule as Lightdash takes it. */
interface ReadSchedule {
  /** Five fields, at most hourly. */
  readonly cron: string;
  /** The zone that the words name; undefined if they name none. */
  readonly timezone?: string;
  readonly notes: readonly string[];
}

const EXAMPLES = '"every Monday 8:00", "weekdays 7:30", "1st of the month 9:00", or cron such as "0 8 * * 1"';
const DEFAULT_HOUR = 9;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAY = '(?:sun|mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?)(?:days?)?';
const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const ORDINALS: Readonly<Record<string, number>> = { first: 1, second: 2, third: 3, fourth: 4, fifth: 5 };
/** Words that carry no fact of their own. */
const FILLERS =
  /\b(?:every|each|on|at|in|the|of|and|a|per|days?|weeks?|months?|years?|weekly|monthly|yearly|mornings?|o'clock|time)\b|[,;&.]/g;

/**
 * Reads a schedule in words or as cron. Everything that was written must be understood: a word that is left over is
 * refused, for a delivery on the wrong day is worse than none.
 *
 * @throws {ArgumentsError}
 */
export function readWhen(written: string): ReadSchedule {
  const trimmed = written.trim();
  if (/^[\d*/,-]+(?:\s+[\dA-Za-z*/,#?-]+)+$/.test(trimmed) && /^\S+\s+[\d*/,-]+\s/.test(trimmed))
    return { cron: checkedCron(trimmed), notes: [] };
  return new WordReader(trimmed).read();
}

/** @throws {ArgumentsError} for a cron expression that Lightdash refuses: it takes five fields and one minute. */
export function checkedCron(cron: string): string {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5) throw problem(`"${cron}" has ${fields.length} fields: cron has five here`);
  const [minute = ''] = fields;
  if (!/^\d{1,2}$/.test(minute))
    throw problem(`"${cron}" runs more often than hourly, which Lightdash refuses: the minute must be one number`);
  fields.forEach((field, at) => {
    if (!isField(field, at)) throw problem(`"${field}" is no ${FIELD_NAMES[at] ?? 'field'} of cron`);
  });
  return fields.join(' ');
}

const FIELD_NAMES = ['minute', 'hour', 'day of the month', 'month', 'day of the week'];
const LIMITS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

/** Lists, ranges and steps of numbers; months and days of the week also by three letters. */
function isField(field: string, at: number): boolean {
  const [min, max] = LIMITS[at] ?? [0, 0];
  const names = at === 3 ? MONTHS : at === 4 ? DAYS : [];
  return field.split(',').every((part) => {
    const match = /^(?:\*|([\da-z]+)(?:-([\da-z]+))?)(?:\/(\d+))?$/i.exec(part);
    if (match === null || match[3] === '0') return false;
    const [from, to] = [match[1], match[2]].map((value) => {
      if (value === undefined) return undefined;
      const named = names.indexOf(value.toLowerCase());
      return named < 0 ? Number(value) : named + (at === 3 ? 1 : 0);
    });
    const fits = (value: number | undefined) =>
      value === undefined || (Number.isInteger(value) && value >= min && value <= max);
    return fits(from) && fits(to) && (to === undefined || from === undefined || from <= to);
  });
}

const problem = (reason: string) => new ArgumentsError([`when: ${reason}. Write ${EXAMPLES}`]);

interface Time {
  readonly hour: number;
  readonly minute: number;
}

/** Takes one part of a schedule after the other out of the text. */
class WordReader {
  readonly #written: string;
  #rest: string;
  readonly #dayPositions: number[] = [];
  readonly #timePositions: number[] = [];

  constructor(written: string) {
    this.#written = written;
    this.#rest = written;
  }

  read(): ReadSchedule {
    const timezone = this.#timezone();
    this.#rest = ` ${this.#rest.toLowerCase().replace(/\s+/g, ' ')} `;
    this.#refuseWhatCronLacks();
    const hours = this.#interval();
    const weekdays = this.#weekdays();
    const { days, months } = this.#dates();
    const isDaily = this.#take(/\b(?:daily|every day|each day|every morning|mornings)\b/) !== undefined;
    const isYearly = this.#take(/\b(?:yearly|annually|(?:every|each|once a) year)\b/) !== undefined;
    const isMonthly = this.#take(/\b(?:monthly|(?:every|each|once a) month)\b/) !== undefined;
    const times = this.#times();
    this.#refuseRest();
    const [from, to] = [Math.min(...this.#timePositions), Math.max(...this.#timePositions)];
    if (this.#dayPositions.some((position) => from < position && position < to))
      throw this.#problem('each day with a time of its own needs a delivery of its own');
    if (weekdays.length > 0 && (days.length > 0 || isMonthly || months.length > 0))
      throw this.#problem('a day of the week and a day of the month together run on both');
    if (months.length > 0 && days.length === 0) throw this.#problem('the day of the month is missing');
    if (isYearly && months.length === 0) throw this.#problem('the month and its day are missing');
    if (isMonthly && days.length === 0) throw this.#problem('the day of the month is missing, such as "1st"');
    if (hours === undefined && !isDaily && weekdays.length + days.length === 0)
      throw this.#problem('the days are missing');
    const date = [list(days), list(months), list(weekdays)].join(' ');
    if (hours !== undefined) {
      if (times.length > 0) throw this.#problem('hours and a time of day do not go together');
      return schedule(`0 ${hours === 1 ? '*' : `*/${hours}`} ${date}`, timezone, []);
    }
    const [first = { hour: DEFAULT_HOUR, minute: 0 }] = times;
    if (times.some(({ minute }) => minute !== first.minute))
      throw this.#problem('times with different minutes need a delivery each');
    const late = days.filter((day) => day > 28);
    const notes = [
      ...(times.length === 0 ? [`no time of day was written: 0${DEFAULT_HOUR}:00.`] : []),
      ...(late.length > 0 && months.length === 0 ? [`a month without a day ${late.join(' or ')} is left out.`] : []),
    ];
    const ofDay = times.length === 0 ? [first] : times;
    const hourList = list([...new Set(ofDay.map(({ hour }) => hour))]);
    return schedule(`${first.minute} ${hourList} ${date}`, timezone, notes);
  }

  /** Takes a match out; undefined if there is none. */
  #take(pattern: RegExp): RegExpExecArray | undefined {
    const match = pattern.exec(this.#rest);
    if (match === null) return undefined;
    const end = match.index + match[0].length;
    // Blanks of the same length: positions in the text stay comparable.
    this.#rest = `${this.#rest.slice(0, match.index)}${' '.repeat(match[0].length)}${this.#rest.slice(end)}`;
    return match;
  }

  #takeAll(pattern: RegExp, positions: number[]): readonly RegExpExecArray[] {
    const all: RegExpExecArray[] = [];
    for (let match = this.#take(pattern); match !== undefined; match = this.#take(pattern)) {
      all.push(match);
      positions.push(match.index);
    }
    return all;
  }

  #timezone(): string | undefined {
    const match = this.#take(/\(?\b([A-Z][A-Za-z]+(?:\/[A-Za-z_+-]+)+|UTC|GMT)\)?\s*(?:time)?\s*$/);
    const name = match?.[1];
    if (name !== undefined && !isTimezone(name)) throw this.#problem(`there is no time zone ${name}`);
    return name;
  }

  #refuseWhatCronLacks(): void {
    const lacking = new RegExp(
      `\\b(?:bi-?weekly|fortnight\\w*|every other|every (?:second|third|2|3|4|two|three) (?:weeks?|days?|months?)|last(?: \\w+)?|(?:first|second|third|fourth|1st|2nd|3rd|4th) ${DAY})\\b`,
    ).exec(this.#rest);
    if (lacking) throw this.#problem(`"${lacking[0].trim()}" cannot be said to Lightdash, whose schedules are cron`);
  }

  #interval(): number | undefined {
    if (this.#take(/\b(?:hourly|every hour|each hour)\b/)) return 1;
    const hours = this.#take(/\bevery (\d{1,2}) hours?\b/);
    if (hours === undefined) return undefined;
    const count = Number(hours[1]);
    if (count === 0 || 24 % count !== 0) throw this.#problem(`${count} hours do not divide a day`);
    return count;
  }

  #weekdays(): readonly number[] {
    const weekdays: number[] = [];
    if (this.#take(/\b(?:(?:every|each) )?(?:week ?days?|(?:working|business|work) ?days?)\b/))
      weekdays.push(1, 2, 3, 4, 5);
    if (this.#take(/\b(?:(?:every|each) )?weekends?\b/)) weekdays.push(6, 0);
    const range = new RegExp(`\\b(${DAY}) ?(?:-|–|to|through|until) ?(${DAY})\\b`);
    for (const [, from = '', to = ''] of this.#takeAll(range, this.#dayPositions)) {
      const [first, last] = [from, to].map((name) => DAYS.indexOf(name.slice(0, 3)));
      for (let day = first ?? 0; ; day = (day + 1) % 7) {
        weekdays.push(day);
        if (day === last) break;
      }
    }
    for (const [name] of this.#takeAll(new RegExp(`\\b${DAY}\\b`), this.#dayPositions))
      weekdays.push(DAYS.indexOf(name.slice(0, 3)));
    return [...new Set(weekdays)];
  }

  #dates(): { readonly days: readonly number[]; readonly months: readonly number[] } {
    const months: number[] = [];
    const days: number[] = [];
    if (this.#take(/\b(?:quarterly|(?:every|each) quarter|(?:first|1st)(?: day)? of (?:the|each|every) quarter)\b/)) {
      months.push(1, 4, 7, 10);
      days.push(1);
    }
    const positions = this.#dayPositions;
    const date = new RegExp(`\\b(?:(\\d{1,2}) (${MONTH})|(${MONTH}) (\\d{1,2})(?![:.\\d]))\\b`);
    const dated = this.#takeAll(date, positions);
    for (const [, day, month, monthFirst, dayAfter] of dated) {
      months.push(MONTHS.indexOf((month ?? monthFirst ?? '').slice(0, 3)) + 1);
      days.push(Number(day ?? dayAfter));
    }
    if (dated.length > 1 && new Set(days).size > 1) throw this.#problem('two dates need a delivery each');
    const numbered = /\b(?:(\d{1,2})(?:st|nd|rd|th)|on day (\d{1,2})(?![:.\d]))\b/;
    for (const [, number, ofDay] of this.#takeAll(numbered, positions)) days.push(Number(number ?? ofDay));
    const ordinal = new RegExp(`\\b(?:${Object.keys(ORDINALS).join('|')})\\b`);
    for (const [name] of this.#takeAll(ordinal, positions)) days.push(ORDINALS[name] ?? 0);
    for (const [name] of this.#takeAll(new RegExp(`\\b${MONTH}\\b`), positions))
      months.push(MONTHS.indexOf(name.slice(0, 3)) + 1);
    const impossible = days.find((day) => day < 1 || day > 31);
    if (impossible !== undefined) throw this.#problem(`no month has a day ${impossible}`);
    return { days: [...new Set(days)], months: [...new Set(months)] };
  }

  #times(): readonly Time[] {
    const times: Time[] = [];
    if (this.#take(/\b(?:noon|midday)\b/)) times.push({ hour: 12, minute: 0 });
    if (this.#take(/\bmidnight\b/)) times.push({ hour: 0, minute: 0 });
    const clock = /\b(\d{1,2})(?:[:.h](\d{2}))?(?: ?([ap])\.?m\b\.?| ?(?:h|uhr)\b|(?![\d:.]))/;
    for (const [written, hour, minute = '0', half] of this.#takeAll(clock, this.#timePositions)) {
      const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === 'p' ? 12 : 0);
      const isClock = half === undefined || (Number(hour) >= 1 && Number(hour) <= 12);
      if (hours > 23 || Number(minute) > 59 || !isClock) throw this.#problem(`"${written.trim()}" is no time of day`);
      times.push({ hour: hours, minute: Number(minute) });
    }
    return times;
  }

  #refuseRest(): void {
    const rest = this.#rest.replace(FILLERS, ' ').replace(/\s+/g, ' ').trim();
    if (rest !== '') throw this.#problem(`"${rest.slice(0, 60)}" is not understood`);
  }

  #problem(reason: string): ArgumentsError {
    return problem(`"${this.#written.slice(0, 100)}": ${reason}`);
  }
}

/** A field of cron: `1-5`, `1,4`, or `*` for no values. */
function list(values: readonly number[]): string {
  const [first = 0, ...others] = [...values].sort((left, right) => left - right);
  if (values.length === 0) return '*';
  const isRange = others.length > 1 && others.every((value, at) => value === first + at + 1);
  return isRange ? `${first}-${first + others.length}` : [first, ...others].join(',');
}

const schedule = (cron: string, timezone: string | undefined, notes: readonly string[]): ReadSchedule => ({
  cron: checkedCron(cron),
  notes,
  ...(timezone !== undefined && { timezone }),
});
