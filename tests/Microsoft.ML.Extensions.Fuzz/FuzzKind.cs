using Microsoft.ML.Extensions.Fuzz.Kinds;

namespace Microsoft.ML.Extensions.Fuzz;

/// <summary>A kind of file that the pack reads.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Seeds">Makes the valid files to begin with; a folder for files that a reader must find is given.</param>
internal sealed record FuzzKind(string Name, Func<string, IReadOnlyList<FuzzSeed>> Seeds)
{
    /// <summary>All kinds.</summary>
    public static IReadOnlyList<FuzzKind> All { get; } =
    [
        new("model", ModelSeeds.Networks),
        new("base", ModelSeeds.Bases),
        new("ranking", ModelSeeds.Rankings),
        new("transform", ModelSeeds.Transforms),
        new("circuit", ModelSeeds.Circuits),
        new("zip", ModelSeeds.Zips),
        new("stream", StateSeeds.Streams),
        new("forecast", StateSeeds.Forecasts),
        new("checkpoint", CheckpointSeeds.All),
        new("safetensors", SafetensorsSeeds.All),
        new("config", TransformerSeeds.Configs),
        new("weights", TransformerSeeds.Weights),
        new("tokenizer", TokenizerSeeds.All),
        new("encoder", EncoderSeeds.All),
        new("words", WordSeeds.All),
        new("index", IndexSeeds.All),
        new("trec", TrecSeeds.All),
        new("ts", TsSeeds.All),
        new("image", ImageSeeds.All),
        new("table", TableSeeds.All),
    ];

    /// <summary>A kind that does by intent what no reader may do, to test the command itself.</summary>
    public static FuzzKind Traps { get; } = new("trap", TrapSeeds.All);

    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static FuzzKind Named(string name) => All.Append(Traps).FirstOrDefault(kind => kind.Name == name)
        ?? throw new ArgumentException($"'{name}' is no kind; there are {string.Join(", ", All.Select(kind => kind.Name))}.");

    /// <summary>Input number <paramref name="index"/> of a run: which seed it is of, and the file.</summary>
    public static (FuzzSeed Seed, byte[] File) Input(IReadOnlyList<FuzzSeed> seeds, int runSeed, int index)
    {
        var random = new Random(unchecked((runSeed * 1_000_003) + index));
        var seed = seeds[random.Next(seeds.Count)];
        return (seed, seed.Change(random));
    }
}
