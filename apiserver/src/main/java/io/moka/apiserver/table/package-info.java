/// Lists as tables, for `kubectl get`: the server knows what is worth seeing of each kind.
///
/// - Columns are data: a name, whether it is for `-o wide` only, and a small function from object to cell.
/// - Cells are those that kubectl's users know from Kubernetes, to the letter.
/// - A kind without columns of its own shows its name and age.
/// - The clock is injected; a cell depends on the object and the time alone.
///
/// Upstream registers a print function for each internal Go type.
///
/// Read [Tables] first, then `Columns` and `PodColumns`.
@NullMarked
package io.moka.apiserver.table;

import org.jspecify.annotations.NullMarked;
