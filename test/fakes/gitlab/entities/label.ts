import type { Label } from '../world/types.js';

/** `LabelBasic`: for `with_labels_details=true`. */
export function labelBasic(label: Label) {
  return {
    id: label.id,
    name: label.name,
    description: label.description,
    description_html: label.description ?? '',
    text_color: '#FFFFFF',
    color: label.color,
    archived: false,
  };
}

/** In alphabetical order, as GitLab lists them. */
export const labelNames = (labels: readonly Label[]): string[] => labels.map(({ name }) => name).sort();
