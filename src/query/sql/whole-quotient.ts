/** Types with decimals in CAST and after `::`. */
const DECIMAL_TYPES = new Set(
  'numeric bignumeric decimal number float float4 float8 float32 float64 double real'.split(' '),
);
/** Functions with decimals, or a quotient that is not cut, whatever their arguments are. */
const DECIMAL_FUNCTIONS = new Set(
  `avg average stddev stddev_pop stddev_samp variance var_pop var_samp covar_pop covar_samp corr percentile_cont median
  safe_divide ieee_divide div0 div0null ratio_to_report percent_rank cume_dist sqrt cbrt power pow exp ln log log2 log10 random
  extract date_part`.split(/\s+/),
);
/** Words before a parenthesis that belongs to the aggregation in front of it. */
const AFTER_AGGREGATION = new Set(['over', 'filter', 'within', 'group']);
const FACTORS = new Set(['*', '/', '%']);
/** Operators and words between the values of an expression. */
const BETWEEN = new Set('+ - | = < > ! , and or not is in between like ilike then else when case as from'.split(' '));

/**
 * True if an expression divides and neither side of a division makes decimals: Postgres, Redshift, Trino and SQL Server cut
 * such a quotient. A cast or a factor with decimals after the division comes too late.
 *
 * @param parts of `sqlParts`.
 * @param isDecimal true for a reference or a name whose values have decimals.
 */
export function dividesWhole(parts: readonly string[], isDecimal: (part: string) => boolean = () => false): boolean {
  const reader = new QuotientReader(parts, isDecimal);
  reader.read();
  return reader.isCut;
}

/** Reads an expression once, from left to right. Anything unusual counts as a value without decimals. */
class QuotientReader {
  isCut = false;
  readonly #parts: readonly string[];
  readonly #isDecimal: (part: string) => boolean;
  #at = 0;

  constructor(parts: readonly string[], isDecimal: (part: string) => boolean) {
    this.#parts = parts;
    this.#isDecimal = isDecimal;
  }

  /** Passes parts up to the closing parenthesis or the end; true if any value in them has decimals. */
  read(): boolean {
    let hasDecimals = false;
    /** Of the product that is being read; a quotient takes the decimals of either side. */
    let product = false;
    let operator: string | undefined;
    while (this.#at < this.#parts.length) {
      const part = this.#next();
      if (part === ')') break;
      if (FACTORS.has(part)) {
        operator = part;
        continue;
      }
      if (AFTER_AGGREGATION.has(part)) {
        if (this.#parts[this.#at] === '(') this.#skipGroup();
        continue;
      }
      if (part === 'end') {
        product = hasDecimals;
        continue;
      }
      if (BETWEEN.has(part)) {
        const isSign = operator !== undefined && (part === '-' || part === '+');
        if (!isSign) [product, operator] = [false, undefined];
        continue;
      }
      const value = this.#value(part);
      if (operator === '/' && !product && !value) this.isCut = true;
      product = operator === undefined ? value : product || value;
      operator = undefined;
      hasDecimals ||= product;
    }
    return hasDecimals;
  }

  #next(): string {
    const part = (this.#parts[this.#at] ?? '').toLowerCase();
    this.#at += 1;
    return part;
  }

  /** Passes a value with what belongs to it: arguments, the rest of a name, a cast. */
  #value(first: string): boolean {
    const isCalled = this.#parts[this.#at] === '(' && /^[a-z_]/.test(first);
    if (isCalled) this.#at += 1;
    let hasDecimals =
      isCalled || first === '('
        ? this.#group(first)
        : /^\d*\.\d*|^\d+e/.test(first) || this.#isDecimal(this.#parts[this.#at - 1] ?? '');
    while (this.#parts[this.#at] === '.') {
      this.#at += 1;
      hasDecimals = this.#isDecimal(this.#parts[this.#at] ?? '');
      this.#at += 1;
    }
    while (this.#parts[this.#at] === '::') {
      this.#at += 1;
      hasDecimals = DECIMAL_TYPES.has(this.#next());
      if (this.#parts[this.#at]?.toLowerCase() === 'precision') this.#at += 1;
      if (this.#parts[this.#at] === '(') this.#skipGroup();
    }
    return hasDecimals;
  }

  /** Passes what stands in parentheses, and the parenthesis. */
  #group(name: string): boolean {
    const start = this.#at;
    const hasDecimals = this.read();
    if (!/^(?:try_|safe_)?(?:cast|convert)$/.test(name)) return DECIMAL_FUNCTIONS.has(name) || hasDecimals;
    const inside = this.#parts.slice(start, this.#at).map((part) => part.toLowerCase());
    return DECIMAL_TYPES.has(inside[inside.lastIndexOf('as') + 1] ?? '');
  }

  #skipGroup(): void {
    this.#at += 1;
    this.read();
  }
}
