package io.moka.machinery.process;

import java.util.Map;

/// An API that a component serves behind the apiserver's aggregation.
public interface ComponentApi {

    /// Answers a GET request. May block.
    ///
    /// @param path the whole path
    /// @param query the parameters, of equal names the last
    ComponentPage.Answer get(String path, Map<String, String> query) throws InterruptedException;
}
