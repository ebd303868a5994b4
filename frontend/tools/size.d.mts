/** Bytes. */
export interface Size {
  minified: number;
  gzip: number;
}
export function sizeOf(name: string, options?: { without?: string[] }): Promise<Size>;
export function sizeOfStyles(): Size;
