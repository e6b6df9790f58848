import { nearest } from '../../text/suggest.ts';
import type { ValueType } from '../fields/field.ts';

const NULLS = ['isNull', 'notNull'] as const;
const EQUALITY = ['equals', 'notEquals'] as const;
const COMPARISON = ['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'] as const;
const BETWEEN = ['inBetween', 'notInBetween'] as const;
const TEXT = ['include', 'doesNotInclude', 'startsWith', 'endsWith'] as const;
const RELATIVE = ['inThePast', 'notInThePast', 'inTheNext', 'inTheCurrent'] as const;

/** An operator of a Lightdash filter that every measured release has. */
export type Operator =
  | (typeof NULLS)[number]
  | (typeof EQUALITY)[number]
  | (typeof COMPARISON)[number]
  | (typeof BETWEEN)[number]
  | (typeof TEXT)[number]
  | (typeof RELATIVE)[number];

const DATES = [...EQUALITY, ...COMPARISON, ...BETWEEN, ...RELATIVE, ...NULLS];

/**
 * Operators by type: those that every server from 0.1366 on renders (measured there), and `inBetween` and `notInBetween` on
 * numbers, which become rules that every server has.
 */
export const operatorsOf: Readonly<Record<ValueType, readonly Operator[]>> = {
  string: [...EQUALITY, ...TEXT, ...NULLS],
  number: [...EQUALITY, ...COMPARISON, ...BETWEEN, ...NULLS],
  date: DATES,
  timestamp: DATES,
  boolean: [...EQUALITY, ...NULLS],
};

/** Operators on dates that 0.1366 does not have and 0.2904 does. */
const NEWER = ['notInTheCurrent', 'inPeriodToDate'] as const;
/** An operator that 0.1366 does not have. */
export type NewerOperator = (typeof NEWER)[number];

/** The operator of newer servers in any spelling, or undefined. */
export const readNewerOperator = (written: string): NewerOperator | undefined =>
  NEWER.find((operator) => operator.toLowerCase() === written.toLowerCase().replace(/[\s_-]+/g, ''));

/**
 * True if an operator may be one of a newer server: it is neither a spelling of a known one nor similar to one. Such a rule
 * is passed unchanged if it is in Lightdash's form.
 */
export const isUnknownOperator = (operator: string): boolean =>
  /^[a-z]\w{2,40}$/i.test(operator) &&
  readOperator(operator) === undefined &&
  nearest(operator, OPERATORS, { minSimilarity: SIMILAR }).length === 0;

/** Similarity from which on two operators may be spellings of one. */
const SIMILAR = 0.61;

const OPERATORS: readonly Operator[] = [...EQUALITY, ...COMPARISON, ...BETWEEN, ...TEXT, ...RELATIVE, ...NULLS];

/** Spellings of operators that models write; lower-case, without separators. */
const SYNONYMS: Readonly<Record<Operator, string>> = {
  equals: '= == === eq equal equalto is isequalto in isin isanyof oneof isoneof anyof on isexactly',
  notEquals: '!= <> !== ne neq notequal notequalto isnot isnotequalto not notin isnotin noneof isnoneof doesnotequal',
  lessThan: '< lt less below under smallerthan fewerthan before isbefore earlierthan',
  lessThanOrEqual: '<= =< lte le lessthanorequals lessthanorequalto atmost max onorbefore until upto through notafter',
  greaterThan: '> gt greater above over morethan largerthan after isafter laterthan',
  greaterThanOrEqual:
    '>= => gte ge greaterthanorequals greaterthanorequalto atleast min onorafter since from notbefore',
  inBetween: 'between isbetween range inrange within daterange',
  notInBetween: 'notbetween isnotbetween outside notinrange',
  include: 'includes contains contain like ilike matches has',
  doesNotInclude: 'notinclude notincludes doesnotcontain notcontains notlike notilike excludes',
  startsWith: 'startwith beginswith prefix',
  endsWith: 'endwith suffix',
  inThePast: 'past last inthelast inlast inpast withinthelast previous',
  notInThePast: 'notinthelast notinlast notinpast',
  inTheNext: 'next innext withinthenext',
  inTheCurrent: 'current this incurrent inthis',
  isNull: 'null isempty empty isblank blank notexists missing isnone',
  notNull: 'isnotnull notempty isnotempty exists notblank isnotblank hasvalue',
};

const bySpelling: ReadonlyMap<string, Operator> = new Map(
  OPERATORS.flatMap((operator) =>
    [operator.toLowerCase(), ...SYNONYMS[operator].split(' ')].map((spelling) => [spelling, operator] as const),
  ),
);

/** The operator in any spelling, or undefined. */
export const readOperator = (written: string): Operator | undefined =>
  bySpelling.get(written.toLowerCase().replace(/[\s_-]+/g, ''));

/** The operator of a type that is most similar to what was written; undefined if none is. */
export function nearestOperator(written: string, type: ValueType): Operator | undefined {
  return nearest(written, operatorsOf[type], { minSimilarity: SIMILAR, max: 1 })[0];
}
