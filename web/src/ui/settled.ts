import { useEffect, useEffectEvent, useRef, useState } from "react";

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

export interface SearchText {
  typed: string;
  setTyped: (text: string) => void;
  /** Asks for what was typed at once. */
  ask: () => void;
}

/** A page is the same with a slash behind its name, which the router takes away. */
const placeNow = () => location.pathname.replace(/\/+$/, "");

/** What is typed into a search, which the address follows once the hands rest; and which follows the address where that changed by itself. */
export function useSearchText(asked: string, onAsk: (text: string) => void): SearchText {
  const [typed, setTyped] = useState(asked);
  const text = typed.trim();
  const settled = useSettled(text);
  // What the address asks for, and behind it what it was told since and does not say yet.
  const told = useRef([asked]);
  const [place] = useState(placeNow);
  const ask = (next: string) => {
    // Whoever has gone on already, to a page that is still to come, is not called back.
    if (next === told.current.at(-1) || placeNow() !== place) return;
    told.current.push(next);
    onAsk(next);
  };
  const rest = useEffectEvent(ask);
  useEffect(() => rest(settled), [settled]);
  useEffect(() => {
    const at = told.current.lastIndexOf(asked);
    if (at >= 0) {
      told.current = told.current.slice(at);
      return;
    }
    // Somebody went back, or took all filters away.
    told.current = [asked];
    setTyped(asked);
  }, [asked]);
  return { typed, setTyped, ask: () => ask(text) };
}
