/// Turns the model classes of the official Java client into the schema that the apiserver serves.
///
/// - Runs at build time only; neither this module nor the client library is on the apiserver's class path.
/// - The output is plain text, one type a block and one field a line, sorted: equal input gives equal bytes.
/// - What the classes do not say (merge keys, defaults, enums, value rules) comes from `overlay.txt`, written
///   in the very language of the output; an overlay line that fits no field fails the build.
/// - Descriptions come from the comments in the sources of the client's protobuf classes, where there is one.
/// - Descriptions go to a file of their own, which the server reads only for `explain` and OpenAPI.
///
/// Upstream generates Go code for defaults, deep copies, conversions and OpenAPI from markers in the sources of its
/// types; here the types are data.
///
/// Read [SchemaGenerator] first.
@NullMarked
package io.moka.schemagenerator;

import org.jspecify.annotations.NullMarked;
