export const actionsPageFile: string;
export function actionsPage(): Promise<string>;
