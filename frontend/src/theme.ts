import { type CSSVariablesResolver, createTheme } from "@mantine/core";

/** The look: system fonts, one quiet teal, dense enough for tables of numbers. */
export const theme = createTheme({
  primaryColor: "rail",
  primaryShade: { light: 7, dark: 7 },
  colors: {
    rail: [
      "#e9f5f5",
      "#d5e9ea",
      "#abd5d6",
      "#7cc0c2",
      "#56afb2",
      "#3b9ea1",
      "#1f8488",
      "#0d7276",
      "#085f63",
      "#044c50",
    ],
  },
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, 'Liberation Mono', monospace",
  headings: {
    fontWeight: "600",
    sizes: { h1: { fontSize: "1.5rem" }, h2: { fontSize: "1.0625rem" }, h3: { fontSize: "0.9375rem" } },
  },
  defaultRadius: "sm",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // Mantine's own colours for titles are too pale to read on a light page; icon and border carry the colour.
    Alert: {
      styles: { root: { background: "var(--ty-surface)" }, title: { color: "var(--mantine-color-text)" } },
    },
    Badge: { defaultProps: { radius: "sm", tt: "none", fw: 500 } },
    Button: { defaultProps: { size: "sm" } },
    Card: { defaultProps: { withBorder: true, padding: "md", radius: "md" } },
    // A dialog's header is not the page's banner.
    Modal: { defaultProps: { attributes: { header: { role: "presentation" } } } },
    Tooltip: {
      defaultProps: {
        withArrow: true,
        multiline: true,
        maw: 320,
        events: { hover: true, focus: true, touch: true },
      },
    },
  },
});

/** Mantine's own greys and reds for text are below 4.5 : 1 on their backgrounds; these are above. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#f8f9fa",
    "--mantine-color-dimmed": "#565e66",
    "--mantine-color-placeholder": "#6b737b",
    "--mantine-color-error": "#b42318",
    "--ty-surface": "#ffffff",
    "--ty-border": "#e1e5e8",
    "--ty-series-1": "#0d7276",
    "--ty-series-2": "#b35c00",
  },
  dark: {
    "--mantine-color-body": "#15181b",
    "--mantine-color-dimmed": "#a3abb3",
    "--mantine-color-placeholder": "#8b949c",
    "--mantine-color-error": "#ff8f86",
    "--ty-surface": "#1d2125",
    "--ty-border": "#32383e",
    "--ty-series-1": "#56afb2",
    "--ty-series-2": "#f0a04b",
  },
});
