/// Renders lists as tables for `kubectl get`, with the columns of each kind.
///
/// - Columns are data: a name, whether it is for `-o wide` only, and a small function from object to cell.
/// - Cells have exactly the texts of upstream's, which kubectl's users know.
/// - A kind without columns of its own shows its name and age.
/// - The clock is injected; a cell depends on the object and the time alone.
///
/// Upstream registers a print function for each internal Go type.
///
/// Read [Tables] first, then `Columns` and `PodColumns`.
@NullMarked
package io.moka.apiserver.kinds.table;

import org.jspecify.annotations.NullMarked;
