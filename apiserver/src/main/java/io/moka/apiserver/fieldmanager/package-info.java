/// Who owns which field: `metadata.managedFields`, kept with every write, and server-side apply, which is built on it.
///
/// - A set of fields is held in the very form in which `fieldsV1` writes it, a JSON tree; what a write does not touch is never decoded.
/// - Ownership follows the schema: lists are atomic, sets or maps by key; maps and structs are granular unless declared atomic; values without a schema go by their own form.
/// - An update takes what it changes from all other managers. An apply is refused where it would, unless it forces or the values are the same.
/// - What an applier named before and names no longer is removed, unless somebody else owns it.
/// - Old versions of a kind have the fields of the stored one, so sets are not converted between versions.
///
/// Upstream has this in the libraries structured-merge-diff and managedfields: typed values, sets of decoded paths and a chain of
/// eight managers around each other; and converts objects and sets into the version each manager wrote in.
///
/// Read [FieldManager] first, then [FieldSet], [Comparison] and [Apply].
@NullMarked
package io.moka.apiserver.fieldmanager;

import org.jspecify.annotations.NullMarked;
