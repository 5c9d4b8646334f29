import { useEffect, useRef, useState } from "react";

/** Whoever passes by is gone by then. */
const PAUSE = 300;

interface Intent {
  /** Somebody has stayed at it, with the pointer or the focus; from then on. */
  meant: boolean;
  mean: () => void;
  /** Of what is stayed at. */
  watch: Record<"onPointerEnter" | "onPointerLeave" | "onFocus" | "onBlur", () => void>;
}

/** Whether somebody means one of many things: what is not to be asked of all that are shown is asked of this one. */
export function useIntent(): Intent {
  const [meant, setMeant] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const pass = () => clearTimeout(timer.current);
  const mean = () => setMeant(true);
  const stay = () => {
    pass();
    timer.current = setTimeout(mean, PAUSE);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return { meant, mean, watch: { onPointerEnter: stay, onPointerLeave: pass, onFocus: stay, onBlur: pass } };
}
