import { useEffect, useState } from "react";

const PATIENCE = 250;

/** What was typed, once the hands rest. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PATIENCE);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
