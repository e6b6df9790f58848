import type { ValueFormat } from './spec.ts';

/** The picture is the same on every machine; the App may pass the host's locale. */
const LOCALE = 'en-US';

const POWERS = { thousands: 3, millions: 6, billions: 9, trillions: 12 } as const;
const SUFFIXES = { thousands: 'K', millions: 'M', billions: 'B', trillions: 'T' } as const;
/** Binary noise of sums (0.30000000000000004) comes after these. */
const SIGNIFICANT_DIGITS = 12;

const formatters = new Map<string, Intl.NumberFormat>();

/** `Intl.NumberFormat` is slow to build: 500 labels share one. */
function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const cached = formatters.get(key);
  if (cached) return cached;
  const created = new Intl.NumberFormat(locale, options);
  formatters.set(key, created);
  return created;
}

interface FormatOptions {
  readonly locale?: string;
  /** Distance of the numbers of an axis: they must not read alike. */
  readonly step?: number;
  /**
   * `exact` (default): the decimals of the format, else every digit; money keeps its cents. `short`: `1.2K`, for axes.
   * `label`: `1,234` and `12.3K`. `model`: as the format says, shortened too.
   */
  readonly width?: 'exact' | 'short' | 'label' | 'model';
}

/** Writes a number as its format says. */
export function formatValue(value: number, format: ValueFormat, options: FormatOptions = {}): string {
  const { locale = LOCALE, width = 'exact', step } = options;
  if (format.style === 'id') return String(value);
  const compact = width === 'model' ? format.compact : undefined;
  const scaled = compact ? value / 10 ** POWERS[compact] : format.style === 'percent' ? value * 100 : value;
  const number = Number(scaled.toPrecision(SIGNIFICANT_DIGITS));
  const written = numberFormat(locale, {
    ...currencyOptions(format),
    // Without a sign for a negative number that rounds to 0.
    signDisplay: 'negative',
    ...(stepDigits(number, step, format) ?? digitOptions(number, format, width)),
  }).format(number);
  const unit = format.style === 'percent' ? '%' : (compact && SUFFIXES[compact]) || '';
  return `${format.prefix ?? ''}${written}${unit}${format.suffix ?? ''}`;
}

/** Digits of a number on an axis whose neighbours would read the same in the short form: 1.2M, 84.3%, 0.01. */
function stepDigits(
  number: number,
  distance: number | undefined,
  { style }: ValueFormat,
): Intl.NumberFormatOptions | undefined {
  if (distance === undefined || !(distance > 0)) return undefined;
  const isPercent = style === 'percent';
  const step = isPercent ? distance * 100 : distance;
  const size = Math.abs(number);
  const resolution = isPercent ? 0.1 : size < 1000 ? 0.01 : 10 ** (Math.floor(Math.log10(size) / 3) * 3 - 1);
  if (step >= resolution) return undefined;
  if (step < 1e-6 && size < 1) return number === 0 ? {} : SCIENTIFIC;
  return { minimumFractionDigits: 0, maximumFractionDigits: Math.min(12, Math.max(0, -Math.floor(Math.log10(step)))) };
}

const SCIENTIFIC: Intl.NumberFormatOptions = { notation: 'scientific', maximumFractionDigits: 2 };

function currencyOptions({ style, currency }: ValueFormat): Intl.NumberFormatOptions {
  if (style !== 'currency' || !currency || !/^[A-Z]{3}$/i.test(currency)) return {};
  return { style: 'currency', currency, currencyDisplay: 'narrowSymbol' };
}

function digitOptions(number: number, format: ValueFormat, width: FormatOptions['width']): Intl.NumberFormatOptions {
  const digits = format.digits === undefined ? undefined : Math.min(Math.max(format.digits, 0), 20);
  if (width === 'short' || width === 'label') {
    // Percents are short already, and 12.3% must not become 12%.
    if (format.style === 'percent')
      return { minimumFractionDigits: 0, maximumFractionDigits: Math.min(digits ?? 1, 2) };
    // Beyond the decimals of the model, or of any label, a small number would read 0.
    if (number !== 0 && Math.abs(number) < 0.01 && (digits === undefined || Math.abs(number) >= 0.5 / 10 ** digits))
      return Math.abs(number) < 1e-6 ? SCIENTIFIC : { maximumSignificantDigits: 2 };
    if (Math.abs(number) < 1000) return { minimumFractionDigits: 0, maximumFractionDigits: Math.min(digits ?? 2, 4) };
    if (width === 'label' && Math.abs(number) < 9999.5) return { maximumFractionDigits: 0 };
    return { notation: 'compact', minimumFractionDigits: 0, maximumFractionDigits: 1 };
  }
  if (width === 'model' && digits !== undefined)
    return { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const needed = Math.min(decimalsOf(number), SIGNIFICANT_DIGITS);
  if (format.style === 'currency') {
    const cents = needed > 0 ? Math.max(digits ?? 2, 2) : (digits ?? 0);
    return { minimumFractionDigits: cents, maximumFractionDigits: cents };
  }
  // A ratio without decimals in its model is written with one, as in tables.
  const decimals = digits ?? (format.style === 'percent' ? 1 : undefined);
  if (decimals !== undefined)
    return { minimumFractionDigits: Math.min(needed, decimals), maximumFractionDigits: decimals };
  return { minimumFractionDigits: 0, maximumFractionDigits: needed };
}

/** Decimals that the shortest text of a number has. */
function decimalsOf(number: number): number {
  const [mantissa = '', exponent = '0'] = String(number).split('e');
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent));
}

/** Formats count as one unit if their numbers may share an axis. */
export function unitOf({ style, currency, prefix, suffix }: ValueFormat): string {
  if (style === 'percent') return '%';
  if (style === 'currency') return currency ?? 'currency';
  return `${prefix?.trim() ?? ''}${suffix?.trim() ?? ''}`;
}
