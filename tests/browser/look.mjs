// A folder of pages -> what a real Chromium, axe-core and html-validate say about each, as JSON on the standard output.
//
//   node look.mjs CHROMIUM FOLDER
//
// Pictures of each page (light, dark, narrow) and what it prints (PDF) are left in FOLDER/seen.

import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";

const [executablePath, folder] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const seen = join(folder, "seen");
mkdirSync(seen, { recursive: true });

const LOOKS = {
  light: { viewport: { width: 1440, height: 1000 }, colorScheme: "light" },
  dark: { viewport: { width: 1440, height: 1000 }, colorScheme: "dark" },
  narrow: { viewport: { width: 390, height: 844 }, colorScheme: "light" },
};

const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const validator = new HtmlValidate({ extends: ["html-validate:recommended", "html-validate:a11y"] });

// A page in one look; whatever it fetches or says is noted.
async function opened(file, look, noted, more = {}) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...LOOKS[look], ...more });
  const page = await context.newPage();
  const url = pathToFileURL(resolve(folder, file)).href;
  page.on("request", (one) => one.url().split("#")[0] === url || noted.fetched.push(one.url()));
  page.on("console", (one) => noted.said.push(`${look}: ${one.type()}: ${one.text()}`));
  page.on("pageerror", (one) => noted.said.push(`${look}: ${one.message}`));
  const start = performance.now();
  await page.goto(url);
  noted.milliseconds[look] ??= Math.round(performance.now() - start);
  return page;
}

// Every link leads to something that is then seen, also inside of details that were closed.
async function follow(page, selector, most) {
  const found = [];
  for (const href of (await page.locator(selector).evaluateAll((all) => all.map((one) => one.getAttribute("href")))).slice(0, most)) {
    await page.evaluate((all) => document.querySelectorAll("details").forEach((one) => (one.open = false)));
    await page.locator(`${selector}[href="${href}"]`).first().evaluate((link) => {
      for (let up = link.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
    });
    await page.locator(`${selector}[href="${href}"]`).first().click();
    await page.waitForTimeout(30);
    const reached = await page.evaluate((hash) => {
      const there = document.getElementById(hash.slice(1));
      if (!there || !there.checkVisibility()) return false;
      there.scrollIntoView({ behavior: "instant" });
      const box = there.getBoundingClientRect();
      return location.hash === hash && box.height > 0 && box.top < innerHeight && box.bottom > 0;
    }, href);
    if (!reached) found.push(href);
  }
  return found;
}

// A details that is clicked shows what is inside, and hides it again.
async function unfold(page, most) {
  const stuck = [];
  for (const one of (await page.locator("main details:not(details details) > summary").all()).slice(0, most)) {
    const inside = one.locator("xpath=following-sibling::*[1]");
    const before = await inside.isVisible();
    await one.click();
    const between = await inside.isVisible();
    await one.click();
    if (before || !between || (await inside.isVisible())) stuck.push(await one.innerText());
  }
  return stuck;
}

// The first key press finds the way past the contents.
async function skip(page) {
  await page.keyboard.press("Tab");
  const shown = await page.evaluate(() => document.activeElement.className === "skip" && document.activeElement.getBoundingClientRect().left >= 0);
  await page.keyboard.press("Enter");
  return shown && (await page.evaluate(() => document.activeElement.id === "content"));
}

async function accessible(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

const result = {};
for (const file of readdirSync(folder).filter((name) => name.endsWith(".html")).sort()) {
  const large = readFileSync(join(folder, file)).length > 1_000_000;
  const noted = { fetched: [], said: [], milliseconds: {}, axe: {}, wide: [], links: [], details: [] };
  const name = file.replace(/\.html$/, "");
  for (const look of Object.keys(LOOKS)) {
    const page = await opened(file, look, noted);
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.screenshot({ path: join(seen, `${name}-${look}.png`), fullPage: height < 12_000, timeout: 120_000 });
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) noted.wide.push(look);
    if (look === "light") {
      noted.heading = await page.locator("h1").innerText();
      noted.skip = await skip(page);
      noted.details = await unfold(page, large ? 6 : 25);
      noted.links = [...(await follow(page, "nav a", large ? 8 : 30)), ...(await follow(page, "main a", large ? 8 : 30))];
      await page.emulateMedia({ media: "print" });
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = false)));
      noted.unprinted = await page.evaluate(
        () => [...document.querySelectorAll("details > .inside")].filter((one) => !one.checkVisibility() || !one.getBoundingClientRect().height).length,
      );
      if (!large) await page.pdf({ path: join(seen, `${name}.pdf`), format: "A4" });
    }
    await page.context().close();
    if (!large && (look === "light" || !/^(hostile|long-names)$/.test(name))) {
      const again = await opened(file, look, noted, { bypassCSP: true });
      noted.axe[look] = await accessible(again);
      await again.context().close();
    }
  }
  if (large) {
    result[name] = noted; // html-validate takes minutes and gigabytes for such a page; a smaller one of its kind is among the others
    continue;
  }
  const report = await validator.validateFile(join(folder, file));
  noted.invalid = report.results.flatMap((one) => one.messages.map((said) => `${said.line}:${said.column} ${said.ruleId}: ${said.message}`));
  result[name] = noted;
}
await browser.close();
process.stdout.write(JSON.stringify(result, null, 1));
