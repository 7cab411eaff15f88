/// The OpenAPI documents: v2, and v3 by group version, generated from the schemas and the catalog.
///
/// - A document is generated on first use, and kept for as long as memory is plentiful; an idle cluster pays nothing.
/// - Documents are written as streams, never built as trees.
/// - They contain what kubectl needs: descriptions for `explain`, merge keys for `apply`, and that the server validates fields.
///
/// Upstream generates it from Go comments and route declarations, and keeps all of it in memory.
///
/// Read [OpenApi] first.
@NullMarked
package io.moka.apiserver.front.openapi;

import org.jspecify.annotations.NullMarked;
