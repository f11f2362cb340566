package dev.saga.lab;

import dev.saga.local.Secrets;
import dev.saga.local.process.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate authority and its certificate for 127.0.0.1, made with the JDK's keytool, as PEM and as a key store. */
record Certificates(Path keyStore, String password, Path authority, Path certificate, Path key) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** @param folder the folder for the files */
    static Certificates make(Path folder) throws IOException, GeneralSecurityException {
        Path store = folder.resolve("store.p12");
        String password = Secrets.password();
        keytool(folder, store, password, "ca", "-ext", "bc:c", "-ext", "ku=kCS,cRLSign");
        keytool(folder, store, password, "server", "-signer", "ca", "-ext", "san=ip:127.0.0.1");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, password.toCharArray());
        }
        byte[] key = keys.getKey("server", password.toCharArray()).getEncoded();
        return new Certificates(
                store,
                password,
                written(folder.resolve("ca.pem"), pem("CERTIFICATE", encoded(keys.getCertificate("ca")))),
                written(folder.resolve("server.pem"), pem("CERTIFICATE", encoded(keys.getCertificate("server")))),
                written(folder.resolve("server.key"), pem("PRIVATE KEY", key)));
    }

    private static void keytool(Path folder, Path store, String password, String alias, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                "CN=" + alias,
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                password));
        command.addAll(List.of(more));
        ChildProcess.start("keytool", command, folder.resolve("keytool.log")).awaitSuccess(PATIENCE);
    }

    private static byte[] encoded(Certificate certificate) throws GeneralSecurityException {
        return certificate.getEncoded();
    }

    private static String pem(String type, byte[] bytes) {
        String lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(bytes);
        return "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n";
    }

    private static Path written(Path file, String text) {
        Secrets.write(file, text);
        return file;
    }
}
