"""Writes a tiny llama model in GGUF: random weights, and a vocabulary of single characters.

Attention and feed-forward are noise that costs real time. Embedding and output are random too, but matched, so that each
character has one successor and every answer is known: digits count up to 9 and stop, letters run through the alphabet for ever.
"""

import string
import sys

import numpy
from gguf import GGUFWriter, TokenType

CONTEXT = 1024
WIDTH = 512
LAYERS = 4
HEADS = 8
FEED_FORWARD = 1536
SPACE = "\u2581"
TEMPLATE = "{% for message in messages %}{{ message['content'] }}{% endfor %}"


def vocabulary():
    tokens = [("<unk>", TokenType.UNKNOWN), ("<s>", TokenType.CONTROL), ("</s>", TokenType.CONTROL)]
    tokens += [(f"<0x{byte:02X}>", TokenType.BYTE) for byte in range(256)]
    return tokens + [(text, TokenType.NORMAL) for text in SPACE + string.digits + string.ascii_lowercase]


def successors():
    """Which token follows which: what is not here has none."""
    digits, letters = list(string.digits), list(string.ascii_lowercase)
    return list(zip(digits, digits[1:] + ["</s>"])) + list(zip(letters, letters[1:] + letters[:1]))


def write(path):
    random = numpy.random.default_rng(1)
    tokens = vocabulary()
    names = [name for name, _ in tokens]
    embedding = random.choice([-1.0, 1.0], size=(len(tokens), WIDTH)).astype(numpy.float32)
    output = numpy.zeros_like(embedding)
    for first, second in successors():
        output[names.index(second)] = embedding[names.index(first)] / numpy.sqrt(WIDTH)

    model = GGUFWriter(path, "llama")
    model.add_name("tiny")
    model.add_context_length(CONTEXT)
    model.add_embedding_length(WIDTH)
    model.add_block_count(LAYERS)
    model.add_feed_forward_length(FEED_FORWARD)
    model.add_head_count(HEADS)
    model.add_head_count_kv(HEADS)
    model.add_rope_dimension_count(WIDTH // HEADS)
    model.add_layer_norm_rms_eps(1e-5)
    model.add_vocab_size(len(tokens))
    model.add_tokenizer_model("llama")
    model.add_tokenizer_pre("default")
    model.add_token_list(names)
    model.add_token_scores([0.0] * len(tokens))
    model.add_token_types([kind for _, kind in tokens])
    model.add_bos_token_id(1)
    model.add_eos_token_id(2)
    model.add_unk_token_id(0)
    model.add_add_bos_token(True)
    model.add_add_space_prefix(False)
    model.add_chat_template(TEMPLATE)

    def noise(*shape):
        return (random.standard_normal(shape) * 0.1 / numpy.sqrt(shape[-1])).astype(numpy.float16)

    ones = numpy.ones(WIDTH, dtype=numpy.float32)
    model.add_tensor("token_embd.weight", embedding)
    model.add_tensor("output_norm.weight", ones)
    model.add_tensor("output.weight", output)
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        model.add_tensor(block + "attn_norm.weight", ones)
        model.add_tensor(block + "ffn_norm.weight", ones)
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            model.add_tensor(f"{block}{part}.weight", noise(WIDTH, WIDTH))
        model.add_tensor(block + "ffn_gate.weight", noise(FEED_FORWARD, WIDTH))
        model.add_tensor(block + "ffn_up.weight", noise(FEED_FORWARD, WIDTH))
        model.add_tensor(block + "ffn_down.weight", noise(WIDTH, FEED_FORWARD))
    model.write_header_to_file()
    model.write_kv_data_to_file()
    model.write_tensors_to_file()
    model.close()


if __name__ == "__main__":
    write(sys.argv[1])
