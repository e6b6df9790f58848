/** Colours and fonts of a drawing. The App takes some from its host. */
export interface Theme {
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly axis: string;
  readonly fontFamily: string;
  /** Family and weight of titles: static fonts have a family for each weight. */
  readonly titleFamily: string;
  readonly titleWeight: number;
}

/** A theme that a picture or the App can have. */
export type ThemeName = 'light' | 'dark';

const PICTURE_FONTS = { fontFamily: 'Roboto', titleFamily: 'Roboto SemiBold', titleWeight: 600 };

/** Colours and fonts of each theme. */
export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  light: {
    background: '#ffffff',
    text: '#1d2433',
    muted: '#5d6678',
    grid: '#e6e8ee',
    axis: '#aab1bf',
    ...PICTURE_FONTS,
  },
  dark: {
    background: '#1f1f23',
    text: '#f2f3f5',
    muted: '#b4b8c2',
    grid: '#3a3b41',
    axis: '#6b6e78',
    ...PICTURE_FONTS,
  },
};

/** Lightdash's default colours, in its order; the tenth is ours: as many series are drawn. */
export const DEFAULT_PALETTE: readonly string[] = [
  '#5470c6',
  '#fc8452',
  '#91cc75',
  '#fac858',
  '#ee6666',
  '#73c0de',
  '#3ba272',
  '#9a60b4',
  '#ea7ccc',
  '#8c6d53',
];

/** Black or white, whichever reads better on a colour. */
export function inkOn(color: string): string {
  const [, red = '00', green = '00', blue = '00'] = /^#(..)(..)(..)/.exec(color) ?? [];
  const luminance = [red, green, blue].map((part) => Number.parseInt(part, 16) / 255);
  const [r = 0, g = 0, b = 0] = luminance;
  return 0.299 * r + 0.587 * g + 0.114 * b > 0.6 ? '#1d2433' : '#ffffff';
}
