package dev.saga.testing;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Stops the build before its first test, with a one-sentence error, if it needs containers and no Docker engine is
 * available.
 */
public final class InfraCheck implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (System.getProperty("infra", "local").equals("containers")) {
            ContainersInfra.requireEngine();
        }
    }
}
