/** Elements of template.html. */
export function element(id: string): HTMLElement {
  const node = document.getElementById(id);
  if (!node) throw new Error(`the page has no #${id}`);
  return node;
}

/** An element with text; never HTML, because names come from data. */
export function textElement(tag: string, text: string, className = ''): HTMLElement {
  const created = document.createElement(tag);
  created.textContent = text;
  if (className !== '') created.className = className;
  return created;
}

/** Color that a CSS variable of the host has in the present theme, as `#rrggbb`; undefined if it is not set. */
export function variableColor(name: string): string | undefined {
  const probe = document.createElement('span');
  probe.style.color = 'rgba(0, 0, 0, 0)';
  probe.style.color = `var(${name}, rgba(0, 0, 0, 0))`;
  document.body.append(probe);
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const { color } = getComputedStyle(probe);
  probe.remove();
  if (!context) return undefined;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
  if (alpha < 255) return undefined;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
