using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Pretrained;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A version-0 file of llama2.c (Karpathy, 2023): seven little-endian Int32, then Single weights in a fixed order.</summary>
/// <remarks>Its rotations pair neighbouring numbers; rows of W_Q and W_K are reordered so that the halves of a head are paired.</remarks>
internal static class Llama2cFile
{
    private const int HeaderLength = 7;

    // "ak42", with which the files of versions 1 and 2 begin.
    private const int LaterVersions = 0x616b3432;

    /// <exception cref="FormatException">
    /// The header is not one of a model, the file's length does not agree with it, or weights are not finite.
    /// </exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static TransformerModel Load(string path)
    {
        using var file = GivenFile.Open(path);
        var header = ReadHeader(file, path);
        var config = ConfigBounds.Checked(Config(header), path);
        var places = Places(config);
        var wanted = (HeaderLength * sizeof(int)) + (places.Sum(place => place.Count) * sizeof(float));
        if (file.Length != wanted)
        {
            throw new FormatException(
                $"'{path}' has {file.Length} bytes and its header describes a model of {wanted} bytes; the file is cut off or of another version.");
        }
        var starts = Starts(places);
        return new TransformerModel(config, name => starts.TryGetValue(name, out var found)
            ? found.Place.Convert(ReadFloats(file, found.Start, found.Place.Shape)) : null);
    }

    private static int[] ReadHeader(FileStream file, string path)
    {
        var bytes = new byte[HeaderLength * sizeof(int)];
        if (file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new FormatException($"'{path}' is cut off: it has {file.Length} bytes.");
        }
        GivenFile.CheckKind(path, bytes);
        var header = Enumerable.Range(0, HeaderLength).Select(i => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * sizeof(int))))
            .ToArray();
        return header[0] == LaterVersions
            ? throw new FormatException($"'{path}' is a llama2.c model of version {header[1]}; export it as version 0.")
            : Array.TrueForAll(header, value => value != 0) && header.Where((_, i) => i != 5).All(value => value > 0)
                && header[5] != int.MinValue
                && header[0] % header[3] == 0
            ? header
            : throw new FormatException(
                $"'{path}' begins with {string.Join(", ", header)}, which is not the header of a llama2.c model of version 0.");
    }

    private static TransformerConfig Config(int[] header) => new()
    {
        ModelWidth = header[0],
        MlpWidth = header[1],
        Layers = header[2],
        Heads = header[3],
        KeyValueHeads = header[4],
        HeadWidth = header[0] / header[3],
        Vocabulary = Math.Abs(header[5]),
        Context = header[6],
        // A negative vocabulary means a separate classifier.
        TiedEmbeddings = header[5] > 0,
        Norm = TransformerNorm.RmsNorm,
        Positions = TransformerPositions.Rotary,
        Activation = TransformerActivation.Silu,
        GatedMlp = true,
    };

    private static List<Place> Places(TransformerConfig config)
    {
        long width = config.ModelWidth, mlp = config.MlpWidth, layers = config.Layers, head = config.HeadWidth;
        long queries = config.Heads * head, keys = config.KeyHeads * head;
        Tensor Heads(Tensor tensor) => tensor.unflatten(0, [-1, head]).transpose(1, 2);
        Tensor Halves(Tensor tensor) => tensor.unflatten(0, [-1, head / 2, 2]).transpose(1, 2).flatten(1, 2).transpose(1, 2);
        return
        [
            new(TransformerWeights.Embed, 1, [config.Vocabulary, width], Same),
            new("ln1.w", layers, [width], Same, Layered: true),
            new("attn.W_Q", layers, [queries, width], Halves, Layered: true),
            new("attn.W_K", layers, [keys, width], Halves, Layered: true),
            new("attn.W_V", layers, [keys, width], Heads, Layered: true),
            new("attn.W_O", layers, [width, queries], tensor => tensor.unflatten(1, [-1, head]).permute(1, 2, 0), Layered: true),
            new("ln2.w", layers, [width], Same, Layered: true),
            new("mlp.W_gate", layers, [mlp, width], tensor => tensor.t(), Layered: true),
            new("mlp.W_out", layers, [width, mlp], tensor => tensor.t(), Layered: true),
            new("mlp.W_in", layers, [mlp, width], tensor => tensor.t(), Layered: true),
            new("ln_final.w", 1, [width], Same),
            // Skips tables of the rotation, which are computed here.
            new("", 1, [config.Context, head], Same),
            .. config.TiedEmbeddings ? Array.Empty<Place>()
                : [new(TransformerWeights.Unembed, 1, [config.Vocabulary, width], tensor => tensor.t())],
        ];
    }

    // Where each weight begins.
    private static Dictionary<string, (Place Place, long Start)> Starts(List<Place> places)
    {
        var starts = new Dictionary<string, (Place, long)>();
        var start = (long)HeaderLength * sizeof(int);
        foreach (var place in places)
        {
            for (var layer = 0; layer < place.Repeats; layer++)
            {
                starts[place.Layered ? TransformerWeights.InLayer(layer, place.Name) : place.Name] = (
                    place, start + (layer * place.Size * sizeof(float)));
            }
            start += place.Count * sizeof(float);
        }
        return starts;
    }

    private static Tensor ReadFloats(FileStream file, long start, long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        file.Position = start;
        file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        if (!Array.TrueForAll(values, float.IsFinite))
        {
            throw new FormatException(
                $"'{file.Name}' holds numbers that are not finite in the weights from byte {start} on; take an undamaged copy.");
        }
        return tensor(values, shape);
    }

    private static Tensor Same(Tensor tensor) => tensor;

    // A weight's place: one tensor, or one for each layer after another.
    private sealed record Place(string Name, long Repeats, long[] Shape, Func<Tensor, Tensor> Convert, bool Layered = false)
    {
        public long Size => Shape.Aggregate(1L, (a, b) => a * b);

        public long Count => Repeats * Size;
    }
}
