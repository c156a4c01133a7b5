/** Light and dark by the reader's own setting; on paper always light. */
export const style = `
:root { --ink: #1f2328; --quiet: #59636e; --line: #d1d9e0; --ground: #ffffff; --raised: #f6f8fa; --mark: #0969da; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --quiet: #9198a1; --line: #3d444d; --ground: #0d1117; --raised: #151b23; --mark: #4493f8; } }
@media print { :root { --ink: #000; --quiet: #444; --line: #bbb; --ground: #fff; --raised: #fff; } section { break-inside: avoid; } .scroll { overflow: visible; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
p { white-space: pre-line; overflow-wrap: anywhere; } .made, .note { color: var(--quiet); font-size: .85rem; margin: .3rem 0; }
dl { display: flex; flex-wrap: wrap; gap: .6rem; margin: .8rem 0; } dl div { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: .5rem .9rem; }
dt { color: var(--quiet); font-size: .8rem; } dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .88rem; width: 100%; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; } th { color: var(--quiet); font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0; } svg { width: 100%; height: auto; font: 11px system-ui, sans-serif; } svg text { fill: var(--quiet); } figcaption { color: var(--quiet); font-size: .85rem; }
.axis { stroke: var(--line); } .bar { fill: var(--mark); } .line { fill: none; stroke: var(--mark); stroke-width: 1.8; stroke-linejoin: round; }
`;
