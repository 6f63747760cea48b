import type { Locator, Page } from "@playwright/test";
import { EXPORT, expect, test, uniqueName } from "../support/test";

/** Moves on by Tab until this has the focus; fails when it cannot be reached. */
async function tabTo(page: Page, target: Locator) {
  for (let step = 0; step < 60; step += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${target} was not reached with Tab`);
}

test("New Training Job with the keyboard alone", async ({ page, signIn }) => {
  await signIn("trainer");
  const name = uniqueName("by-keyboard");

  await tabTo(page, page.getByRole("link", { name: "New Training Job" }).first());
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "New Training Job" })).toBeFocused();

  await tabTo(page, page.getByRole("button", { name: "Choose files" }));
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(EXPORT);
  await expect(page.getByText("json-export")).toBeVisible();

  await tabTo(page, page.getByLabel("Name", { exact: true }));
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(name);

  await tabTo(page, page.getByRole("combobox", { name: "Threshold" }));
  // The list opens at the gap, its last entry, and goes on with the first.
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByLabel("Percentile", { exact: true }));
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("95");

  await tabTo(page, page.getByRole("button", { name: "Start training" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name })).toBeFocused();
  await expect(page.getByText("completed", { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("region", { name: "Model parameters" })).toContainText("percentile 95");
});

test("the skip link leads past the header", async ({ page, signIn }) => {
  await signIn("viewer");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});
