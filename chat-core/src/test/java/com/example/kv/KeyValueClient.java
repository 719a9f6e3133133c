package com.example.kv;

/** Stands for the technology of an embedder's own adapter. */
public interface KeyValueClient {
    boolean has(String key);
}
