using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// llama2.c's vocabulary: an Int32 (the longest token), then for each token a Single score, an Int32 length and UTF-8 bytes. It was written
/// from a SentencePiece model, with spaces for its underscores; here it is converted back to such a model for the tokenizer.
/// </summary>
internal static class Llama2cVocabulary
{
    private const int Bytes = 256;
    private const char Underscore = '\u2581';

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly string[] Controls = ["<unk>", "<s>", "</s>"];

    /// <exception cref="FormatException">The file is cut off or holds something else.</exception>
    public static byte[] ToSentencePiece(ReadOnlySpan<byte> file, string path)
    {
        var rest = file.Length > sizeof(int) ? file[sizeof(int)..] : throw Wrong(path);
        var model = new ProtocolBuffer();
        for (var token = 0; rest.Length > 0; token++)
        {
            var length = rest.Length >= 2 * sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(rest[sizeof(int)..]) : -1;
            if (length < 0 || length > rest.Length - (2 * sizeof(int)))
            {
                throw Wrong(path);
            }
            model.Add(1, Piece(token, Text(rest.Slice(2 * sizeof(int), length), path), BinaryPrimitives.ReadSingleLittleEndian(rest)));
            rest = rest[((2 * sizeof(int)) + length)..];
        }
        model.Add(2, Trainer());
        model.Add(3, Normalizer());
        return model.ToArray();
    }

    private static string Text(ReadOnlySpan<byte> bytes, string path)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Wrong(path);
        }
    }

    // sentencepiece_model.proto: SentencePiece { piece = 1, score = 2, type = 3 }, types normal 1, unknown 2, control 3, byte 6.
    private static ProtocolBuffer Piece(int token, string text, float score)
    {
        var isControl = token < Controls.Length;
        var piece = new ProtocolBuffer();
        piece.Add(1, isControl ? Controls[token] : text.Replace(' ', Underscore));
        piece.Add(2, score);
        piece.Add(3, token == 0 ? 2UL : isControl ? 3UL : token < Controls.Length + Bytes ? 6UL : 1UL);
        return piece;
    }

    // TrainerSpec { model_type = 3 (2: byte pairs), byte_fallback = 35, unk_id = 40, bos_id = 41, eos_id = 42 }.
    private static ProtocolBuffer Trainer()
    {
        var trainer = new ProtocolBuffer();
        foreach (var (field, value) in new (int, ulong)[] { (3, 2), (35, 1), (40, 0), (41, 1), (42, 2) })
        {
            trainer.Add(field, value);
        }
        return trainer;
    }

    // NormalizerSpec { add_dummy_prefix = 3, remove_extra_whitespaces = 4, escape_whitespaces = 5 }.
    private static ProtocolBuffer Normalizer()
    {
        var normalizer = new ProtocolBuffer();
        foreach (var (field, value) in new (int, ulong)[] { (3, 1), (4, 0), (5, 1) })
        {
            normalizer.Add(field, value);
        }
        return normalizer;
    }

    private static FormatException Wrong(string path) => new($"'{path}' is not a vocabulary of llama2.c, or cut off.");
}
