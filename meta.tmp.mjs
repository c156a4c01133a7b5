import * as esbuild from 'esbuild';
import { join } from 'node:path';
const root='/tmp/wE4b';
const r=await esbuild.build({bundle:true,platform:'node',target:'node24',format:'cjs',mainFields:['module','main'],entryPoints:['engine/main.ts'],absWorkingDir:root,write:false,metafile:true,outdir:'x',alias:{yaml:join(root,'node_modules/yaml/browser/dist/index.js')},external:['*.node','cpu-features'],logLevel:'error',define:{__VERSION__:'"1"'}});
const I=r.metafile.inputs;
const start=Object.keys(I).find(p=>p.endsWith('engine/daemon.ts'));
const seen=new Set();const st=[start];
while(st.length){const p=st.pop();if(seen.has(p))continue;seen.add(p);for(const i of I[p].imports){if(i.external||i.kind==='dynamic-import')continue;if(I[i.path])st.push(i.path)}}
const by={};
for(const p of seen){const m=/.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(p);const k=m?m[1]:p.split('/').slice(0,2).join('/');by[k]=(by[k]??0)+I[p].bytes}
console.log(Object.entries(by).sort((a,b)=>b[1]-a[1]).slice(0,45).map(([k,v])=>k+' '+(v/1024).toFixed(0)).join('\n'));
console.log('total',Object.values(by).reduce((a,b)=>a+b,0)/1024, 'of', Object.values(I).reduce((a,b)=>a+b.bytes,0)/1024);
const g={};for(const p of seen){if(!p.includes('/typebox/'))continue;const k=p.replace(/.*\/typebox\/build\//,'').split('/').slice(0,2).join('/');g[k]=(g[k]??0)+I[p].bytes}
console.log(Object.entries(g).sort((a,b)=>b[1]-a[1]).slice(0,20).map(([k,v])=>k+' '+(v/1024).toFixed(0)).join('\n'));
for (const p of Object.keys(I)) if(!p.includes('node_modules')) for(const i of I[p].imports) if(i.path.includes('/typebox/')) console.log(p,'->',i.path.replace(/.*typebox\/build/,''), seen.has(p));
for (const lib of ['ip-address','ipaddr.js','fast-uri','semver','ajv/','readable-stream']) for (const p of seen) for (const i of I[p].imports) if(i.path.includes('/'+lib) && !p.includes('/'+lib)) console.log(lib,'<-',p);
