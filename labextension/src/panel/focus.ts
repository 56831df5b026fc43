/** Keep the keyboard in the panel when the element that has it is about to go away. */
export function keepFocus(within: Element | null): void {
  within?.closest<HTMLElement>('.jp-codeassess-Panel')?.focus();
}
