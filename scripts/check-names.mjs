// Checks that names and comments use the field's words. Usage: node scripts/check-names.mjs [folder …]
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['src', 'test', 'scripts', 'bench'];

/** Words that do not say what a thing is; not for variables, functions or parameters. */
const NAMES =
  'told known given asked asking found meant each patience surroundings circumstances findings behaviour reply beside usual ' +
  'telling around guarded forgotten inflated harmless stray quiet admit redeem squash likeness climbs misfit reachers placeless';
/** Names that the code had before it used the field's terms. */
const FORMER =
  'Asked Patience PATIENCE_MS withoutPages isWithoutStorage endTurn passOn Guards visibleSurface compactSurface Surroundings ' +
  'ChartSurroundings Circumstances endsOf onEither isUnplaced boundlessOperations NamedItem Refusing lookingAt underWay ' +
  'keepUnderWay toldOf stoppedWithTheCall TELL_EVERY_MS FIRST_WAIT_MS describeLoss refuseWrites orNothing orUndefined isStrange ' +
  'isReadyMade doubtfulTexts holdsWords leadsTo whyStopped timeIsUp mayHaveHappened PackedRows RowPacker inertText openChoice ' +
  'isPassedOn terseMetricQuery writesWith spelledOut filledIn lifeOf tellFile laterFile whatNext whyNone saysMore LOOK_UPS_MS ' +
  'ANSWER_WITHIN_MS LAST_ANSWERS_MS FRESH_MS NOWHERE meantBy metricQuestion ServerFacts LookUps ContentOptions CallTime ' +
  'passingFailures untilReady untilDone shownBy weightOf UNSEEN NO_MORE';
const declared = new RegExp(
  `\\b(?:const|let|function|class|interface|type)\\s+(?:${NAMES.split(' ').join('|')})\\b|[(,]\\s*(?:${NAMES.split(' ').join('|')})\\)?\\s*(?:=>|:)`,
);
const RULES = [
  [new RegExp(`\\b(?:${FORMER.split(' ').join('|')})\\b`), 'is a former name; docs/glossary.md has the terms'],
  [declared, 'is named by a word that does not say what it is'],
  [/\b(?:MOST|LONGEST)_[A-Z]|\bAT_A_TIME\b|\bAT_ONCE\b/, 'is a limit: MAX_… or CONCURRENCY'],
  [/^\s*(?:\/\*\*|\*|\/\/) ?(?:What|Whether|How|Who|Whoever|Which|Where)\b/, 'is a comment that begins with a clause'],
];

const folders = process.argv.length > 2 ? process.argv.slice(2) : FOLDERS;
const files = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .filter(
      (file) => /\.m?ts$|\.mjs$/.test(file) && !file.includes('node_modules') && !file.endsWith('check-names.mjs'),
    )
    .map((file) => join(folder, file)),
);
const problems = files.flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) =>
      RULES.filter(([pattern]) => pattern.test(line)).map(
        ([, problem]) => `${file}:${index + 1} ${problem}: ${line.trim()}`,
      ),
    ),
);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
