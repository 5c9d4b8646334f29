import { useEffect } from "react";
import { useQuery } from "@tanstack/react-query";

import { queryClient } from "./query";
import { tenantQuery } from "./tenant";

let sheet: CSSStyleSheet | undefined;
let worn: string | null = null;

/** Paints the app in a clinic's colour; null in its own. The policy allows no style in the page, but sheets that are adopted. */
async function wear(colour: string | null): Promise<void> {
  if (worn === colour) return;
  worn = colour;
  const others = document.adoptedStyleSheets.filter((one) => one !== sheet);
  if (colour === null) {
    document.adoptedStyleSheets = others;
    return;
  }
  const { brandCss } = await import("@/lib/brand");
  if (worn !== colour) return;
  sheet ??= new CSSStyleSheet();
  sheet.replaceSync(brandCss(colour));
  document.adoptedStyleSheets = [...others, sheet];
}

/** So long the first picture waits for its colour. */
const PATIENCE = 800;

/** Has the app in the clinic's colour when it is drawn first. Without it the app is drawn all the same. */
export async function dress(): Promise<void> {
  const dressed = queryClient.ensureQueryData(tenantQuery).then(({ branding }) => wear(branding.color));
  await Promise.race([dressed.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
}

/** Keeps it in the colour that the clinic has by now. Whoever signs out leaves the page, and the colour with it. */
export function Look(): null {
  const { data } = useQuery(tenantQuery);
  const colour = data?.branding.color;
  useEffect(() => {
    if (colour !== undefined) void wear(colour);
  }, [colour]);
  return null;
}
