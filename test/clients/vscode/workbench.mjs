// VS Code in a browser: code-server and a page that shows it.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const quiet = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'];

/**
 * @param {{ installed: string, chromium: string, workspace: string, state: string, port: number, env: NodeJS.ProcessEnv }} options
 * `installed` has code-server, playwright-core and a Node 24 in node_modules; `state` is a folder for settings and extensions.
 */
export async function openWorkbench({ installed, chromium, workspace, state, port, env }) {
  const at = (path) => join(installed, 'node_modules', path);
  const off = ['telemetry', 'update-check', 'workspace-trust', 'getting-started-override'].map(
    (one) => `--disable-${one}`,
  );
  const folders = ['--user-data-dir', state, '--extensions-dir', join(state, 'extensions')];
  const args = ['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, ...off, ...folders, workspace];
  const server = spawn(at('.bin/node'), [at('code-server/out/node/entry.js'), ...args], { env, stdio: 'ignore' });
  const address = `http://127.0.0.1:${port}`;
  await answering(`${address}/healthz`);
  const { chromium: browsers } = createRequire(join(installed, 'package.json'))('playwright-core');
  const browser = await browsers.launch({ executablePath: chromium, args: quiet });
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  await page.goto(`${address}/?folder=${workspace}`);
  await page.locator('.monaco-workbench').waitFor();
  await sleep(5000); // until the extensions are active, which nothing on the page tells
  return {
    page,
    async close() {
      await browser.close();
      server.kill();
    },
  };
}

async function answering(address) {
  for (let tries = 0; tries < 100; tries++) {
    if (await fetch(address).catch(() => undefined)) return;
    await sleep(200);
  }
  throw new Error(`Nothing answers at ${address}.`);
}

/** What a person does with keys and the mouse. */
export function hands(page) {
  const rows = page.locator('.quick-input-list .monaco-list-row');
  const enter = async (text) => {
    await page.locator('.quick-input-widget input').first().waitFor({ state: 'visible' });
    await page.keyboard.type(text);
    await sleep(700);
    await page.keyboard.press('Enter');
    await sleep(1000);
  };
  return {
    enter,
    async command(title) {
      await page.keyboard.press('F1');
      await enter(title);
    },
    async pick(text) {
      await rows.filter({ hasText: text }).first().click();
      await sleep(1000);
    },
    rows: () => rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label'))),
    dismiss: () => page.keyboard.press('Escape'),
    dialogs: () => page.locator('.monaco-dialog-box').allInnerTexts(),
    answer: (button) => page.locator('.monaco-dialog-box .monaco-button', { hasText: button }).first().click(),
    output: () => page.locator('.output-view .view-line').allInnerTexts(),
  };
}
