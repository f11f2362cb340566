import kafkajs from 'kafkajs';
import { decompress as zstd } from 'fzstd';
import { decompress as lz4 } from 'lz4js';
import { uncompress as snappy } from 'snappyjs';

const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);

/** Java's producers cut snappy into blocks: a header of 16 bytes, then for each block its length and its bytes. */
function unsnappy(bytes) {
  if (!bytes.subarray(0, 8).equals(XERIAL)) return snappy(bytes);
  const blocks = [];
  for (let at = 16; at < bytes.length; at += 4 + bytes.readInt32BE(at)) {
    blocks.push(snappy(bytes.subarray(at + 4, at + 4 + bytes.readInt32BE(at))));
  }
  return Buffer.concat(blocks);
}

const reader = (decompress) => () => ({
  compress: async () => { throw new Error('this service writes without compression'); },
  decompress: async (bytes) => Buffer.from(decompress(bytes)),
});

/** kafkajs reads gzip by itself. Any producer on a topic may choose another codec, and an unknown one stops a reader. */
export function readEveryCodec() {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.Snappy] = reader(unsnappy);
  CompressionCodecs[CompressionTypes.LZ4] = reader(lz4);
  CompressionCodecs[CompressionTypes.ZSTD] = reader(zstd);
}
