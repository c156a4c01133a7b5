/** Arguments that let a debugger attach to a Node at `port` of this machine; none where the port is missing or no port. See .vscode/launch.json. */
export function inspectArguments(port: string | undefined): string[] {
  return port && /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536 ? ['--nolazy', `--inspect=127.0.0.1:${port}`] : [];
}
