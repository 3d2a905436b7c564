// Clips: asks for one, and shows how far it is.

export function attachClips() {}
