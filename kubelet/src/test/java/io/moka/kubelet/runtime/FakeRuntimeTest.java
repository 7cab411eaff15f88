package io.moka.kubelet.runtime;

class FakeRuntimeTest extends ContainerRuntimeContract {

    @Override
    ContainerRuntime open() {
        return new FakeRuntime();
    }
}
