/// Field ownership: `metadata.managedFields`, updated with every write, and server-side apply, which is built on it.
///
/// - A set of fields is kept in the form of `fieldsV1`, a JSON tree; the parts that a write does not touch are never decoded.
/// - Ownership follows the schema: lists are atomic, sets or maps by key; maps and structs are granular unless declared atomic; a value
/// without a schema is treated by its JSON type.
/// - An update takes the fields that it changes from all other managers. An apply that would do so is rejected, unless it is forced or the values are the same.
/// - A field that an applier named before and no longer names is removed, unless another manager owns it.
/// - Older versions of a kind have the fields of the stored one, so sets are not converted between versions.
///
/// Upstream implements this in the libraries structured-merge-diff and managedfields: typed values, sets of decoded paths and a chain of
/// eight nested managers; and converts objects and sets into the version in which each manager wrote.
///
/// Read [FieldManager] first, then [FieldSet], [Comparison] and [Merge].
@NullMarked
package io.moka.apiserver.core.fieldmanager;

import org.jspecify.annotations.NullMarked;
