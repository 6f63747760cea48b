import { expect, test } from "../support/test";

test("a page asked for while signed out is shown after signing in", async ({ page, admin }) => {
  await page.goto("/models?status=ready");
  await page.waitForURL("**/sign-in?next=*");
  await page.getByLabel("Token", { exact: true }).fill(admin.token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/models?status=ready");
});

test("a wrong token is refused in words", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("Token", { exact: true }).fill("ty_wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("unknown, expired or revoked");
  await expect(page).toHaveURL(/\/sign-in/);
});

test("another site is never gone to after signing in", async ({ page, admin }) => {
  await page.goto(`/sign-in?next=${encodeURIComponent("//example.org/x")}#token=${admin.token}`);
  await page.waitForURL((url) => url.pathname === "/training");
});

test("signing out ends the session", async ({ page, signIn }) => {
  await signIn("viewer");
  await page.getByRole("button", { name: /^Signed in as a-viewer, viewer/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in");
  await page.goto("/training");
  await page.waitForURL("**/sign-in?next=*");
});

test("a session that ended elsewhere leads back to signing in", async ({ page, signIn, context }) => {
  await signIn();
  await context.clearCookies();
  await page.getByRole("link", { name: "Model Management" }).click();
  await page.waitForURL("**/sign-in?next=*models*");
});
