/// The API's own description: OpenAPI v2, and v3 by group version, from the schema and the catalog.
///
/// - Made when it is first asked for, and kept for as long as memory is plentiful; a cluster at rest pays nothing.
/// - Written as a stream; there is never a tree of a document.
/// - Says what kubectl needs: descriptions for `explain`, merge keys for `apply`, and that the server validates fields.
///
/// Upstream generates it from Go comments and route declarations, and keeps all of it in memory.
///
/// Read [OpenApi] first.
@NullMarked
package io.moka.apiserver.openapi;

import org.jspecify.annotations.NullMarked;
