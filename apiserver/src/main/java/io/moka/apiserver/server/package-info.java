/// Chapter 6: creates the parts of all chapters, connects them, and runs the steps of the start.
///
/// - `ServerParts` creates the parts of each chapter (`CoreParts`, `AccessParts`, `AdmissionParts`, `KindParts`, `ExtensionParts`, `FrontParts`) in the order in which they need
///   each other, and closes them in reverse.
/// - `bootstrap` creates the objects that a cluster starts with.
/// - `ServerOptions` has the flags of the command line; each chapter's own flags are in its packages.
///
/// Read `ServerParts` first.
@NullMarked
package io.moka.apiserver.server;

import org.jspecify.annotations.NullMarked;
