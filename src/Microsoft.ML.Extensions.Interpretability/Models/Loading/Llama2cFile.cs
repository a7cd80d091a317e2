using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A version-0 file of llama2.c (Karpathy, 2023): seven little-endian Int32, then Single weights in a fixed order.</summary>
/// <remarks>Its rotations turn neighbouring numbers; rows of W_Q and W_K are put in an order that makes them halves of a head.</remarks>
internal static class Llama2cFile
{
    private const int HeaderLength = 7;

    /// <exception cref="FormatException">The header is not one of a model, or the file's length does not agree with it.</exception>
    public static TransformerModel Load(string path)
    {
        using var file = File.OpenRead(path);
        var header = ReadHeader(file, path);
        var config = Config(header);
        OptionsValidation.Validate(config);
        var places = Places(config);
        var wanted = (HeaderLength * sizeof(int)) + (places.Sum(place => place.Count) * sizeof(float));
        if (file.Length != wanted)
        {
            throw new FormatException($"'{path}' has {file.Length} bytes and its header promises a model of {wanted}; the file is cut off or of another version.");
        }
        return new TransformerModel(config, name => Read(file, places, name, config));
    }

    private static int[] ReadHeader(FileStream file, string path)
    {
        var bytes = new byte[HeaderLength * sizeof(int)];
        if (file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new FormatException($"'{path}' is cut off: it has {file.Length} bytes.");
        }
        var header = Enumerable.Range(0, HeaderLength).Select(i => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * sizeof(int)))).ToArray();
        return Array.TrueForAll(header, value => value != 0) && header.Where((_, i) => i != 5).All(value => value > 0) && header[0] % header[3] == 0
            ? header
            : throw new FormatException($"'{path}' begins with {string.Join(", ", header)}, which is not the header of a llama2.c model of version 0.");
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
        // A negative vocabulary marks a classifier of its own.
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
            new("ln1.w", layers, [width], Same),
            new("attn.W_Q", layers, [queries, width], Halves),
            new("attn.W_K", layers, [keys, width], Halves),
            new("attn.W_V", layers, [keys, width], Heads),
            new("attn.W_O", layers, [width, queries], tensor => tensor.unflatten(1, [-1, head]).permute(1, 2, 0)),
            new("ln2.w", layers, [width], Same),
            new("mlp.W_gate", layers, [mlp, width], tensor => tensor.t()),
            new("mlp.W_out", layers, [width, mlp], tensor => tensor.t()),
            new("mlp.W_in", layers, [mlp, width], tensor => tensor.t()),
            new("ln_final.w", 1, [width], Same),
            // Tables of the rotation, which are computed here.
            new("", 1, [config.Context, head], Same),
            .. config.TiedEmbeddings ? Array.Empty<Place>() : [new(TransformerWeights.Unembed, 1, [config.Vocabulary, width], tensor => tensor.t())],
        ];
    }

    private static Tensor? Read(FileStream file, List<Place> places, string name, TransformerConfig config)
    {
        var start = (long)HeaderLength * sizeof(int);
        foreach (var place in places)
        {
            var layer = Enumerable.Range(0, config.Layers).FirstOrDefault(i => TransformerWeights.InLayer(i, place.Name) == name, -1);
            if (place.Name == name || layer >= 0)
            {
                return place.Convert(ReadFloats(file, start + (Math.Max(layer, 0) * place.Size * sizeof(float)), place.Shape));
            }
            start += place.Count * sizeof(float);
        }
        return null;
    }

    private static Tensor ReadFloats(FileStream file, long start, long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        file.Position = start;
        file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return tensor(values, shape);
    }

    private static Tensor Same(Tensor tensor) => tensor;

    // A weight's place: one tensor, or one for each layer behind another.
    private sealed record Place(string Name, long Repeats, long[] Shape, Func<Tensor, Tensor> Convert)
    {
        public long Size => Shape.Aggregate(1L, (a, b) => a * b);

        public long Count => Repeats * Size;
    }
}
