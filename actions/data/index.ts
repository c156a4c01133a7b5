import type { ActionCode } from '../../engine/connectors/action.ts';
import { analyzePatterns } from './analyze_patterns/analyze-patterns.ts';
import analyzePatternsManifest from './analyze_patterns/manifest.json' with { type: 'json' };
import { analyzeStats } from './analyze_stats/analyze-stats.ts';
import analyzeStatsManifest from './analyze_stats/manifest.json' with { type: 'json' };
import { classify } from './classify/classify.ts';
import classifyManifest from './classify/manifest.json' with { type: 'json' };
import { csvExport } from './csv_export/csv-export.ts';
import csvExportManifest from './csv_export/manifest.json' with { type: 'json' };
import { csvImport } from './csv_import/csv-import.ts';
import csvImportManifest from './csv_import/manifest.json' with { type: 'json' };
import { enrich } from './enrich/enrich.ts';
import enrichManifest from './enrich/manifest.json' with { type: 'json' };
import { excelImport } from './excel_import/excel-import.ts';
import excelImportManifest from './excel_import/manifest.json' with { type: 'json' };
import { jsonExport } from './json_export/json-export.ts';
import jsonExportManifest from './json_export/manifest.json' with { type: 'json' };
import { jsonImport } from './json_import/json-import.ts';
import jsonImportManifest from './json_import/manifest.json' with { type: 'json' };
import qualityManifest from './quality/manifest.json' with { type: 'json' };
import { quality } from './quality/quality.ts';
import reportExportManifest from './report_export/manifest.json' with { type: 'json' };
import { reportExport } from './report_export/report-export.ts';
import rulesCheckManifest from './rules_check/manifest.json' with { type: 'json' };
import { rulesCheck } from './rules_check/rules-check.ts';
import schemaValidateManifest from './schema_validate/manifest.json' with { type: 'json' };
import { schemaValidate } from './schema_validate/schema-validate.ts';
import transformManifest from './transform/manifest.json' with { type: 'json' };
import { transform } from './transform/transform.ts';

/** The actions on tables, by name. */
export const dataActions: readonly { readonly manifest: unknown; readonly code: ActionCode }[] = [
  { manifest: analyzePatternsManifest, code: analyzePatterns },
  { manifest: analyzeStatsManifest, code: analyzeStats },
  { manifest: classifyManifest, code: classify },
  { manifest: csvExportManifest, code: csvExport },
  { manifest: csvImportManifest, code: csvImport },
  { manifest: enrichManifest, code: enrich },
  { manifest: excelImportManifest, code: excelImport },
  { manifest: jsonExportManifest, code: jsonExport },
  { manifest: jsonImportManifest, code: jsonImport },
  { manifest: qualityManifest, code: quality },
  { manifest: reportExportManifest, code: reportExport },
  { manifest: rulesCheckManifest, code: rulesCheck },
  { manifest: schemaValidateManifest, code: schemaValidate },
  { manifest: transformManifest, code: transform },
];
