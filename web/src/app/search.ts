/** Reads texts from an address: what is not there, or is no text, is left out. */
export function text<Name extends string>(...names: Name[]): (search: Record<string, unknown>) => { [K in Name]?: string } {
  return (search) => {
    const found: { [K in Name]?: string } = {};
    for (const name of names) {
      const value = search[name];
      // A number in an address is text that looks like one.
      if (typeof value === "string" && value !== "") found[name] = value;
      else if (typeof value === "number") found[name] = String(value);
    }
    return found;
  };
}
