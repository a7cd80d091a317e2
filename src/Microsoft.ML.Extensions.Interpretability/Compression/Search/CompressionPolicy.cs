using System.Globalization;
using Microsoft.ML.Extensions.Persistence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What a search by policy gradient has learned: which parts to leave out, and how much to shrink the others.</summary>
/// <remarks>
/// It reads the parts one after the other, so one that was trained on a small teacher serves a deeper one (Ashok et al. 2018, arXiv
/// 1709.06030). Its file is in the safetensors format.
/// </remarks>
/// <example><code language="csharp"><![CDATA[
/// using Microsoft.ML;
/// using Microsoft.ML.Extensions.Interpretability;
/// using Microsoft.ML.Extensions.Sequence;
///
/// var ml = new MLContext(seed: 1);
/// var rows = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
/// var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
/// var (small, deep) = (Train(layers: 2), Train(layers: 4));
///
/// using var first = ml.Model.Compress(small, data);
/// first.Policy!.Save("policy.safetensors");
///
/// using var policy = CompressionPolicy.Load("policy.safetensors");
/// using var second = ml.Model.Compress(deep, data, options: new CompressionOptions { Policy = policy });
/// Console.WriteLine(second.Report);
///
/// ITransformer Train(int layers) =>
///     ml.MulticlassClassification.Trainers.ParaRnn(new ParaRnnOptions { Layers = layers, Base = SequenceBase.None }).Fit(data);
/// ]]></code></example>
/// <seealso href="../docs/Compression.html">docs/Compression.md</seealso>
public sealed class CompressionPolicy : IDisposable
{
    private const long LargestFile = 1L << 22;

    private readonly PolicyModules _modules;

    private CompressionPolicy(PolicyModules modules) => _modules = modules;

    internal RemovalPolicy Removal => _modules.Removal;

    internal ShrinkagePolicy Shrinkage => _modules.Shrinkage;

    /// <summary>The number of factors that it chooses from.</summary>
    public int Factors => _modules.Factors;

    /// <summary>Reads a policy.</summary>
    /// <param name="file">A file that <see cref="Save"/> wrote.</param>
    /// <exception cref="FormatException">The file is not one of a policy, or is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static CompressionPolicy Load(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        if (new FileInfo(file).Length > LargestFile)
        {
            throw new FormatException($"'{file}' is larger than {LargestFile} bytes, and so not a policy of compression; take a file that Save wrote.");
        }
        var bytes = File.ReadAllBytes(file);
        const string last = "shrinkage.bias";
        if (!Safetensors.Shapes(bytes).TryGetValue(last, out var shape) || shape is not [>= 2 and <= SearchSpace.MostFactors])
        {
            throw new FormatException($"'{file}' has no tensor '{last}' of 2 to {SearchSpace.MostFactors} numbers, and so is not a policy of compression.");
        }
        var policy = Create((int)shape[0], seed: 0);
        try
        {
            Safetensors.Load(policy._modules, bytes);
            return policy;
        }
        catch
        {
            policy.Dispose();
            throw;
        }
    }

    /// <summary>Writes the policy, completely or not at all.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        AtomicFile.Write(file, Safetensors.Save(_modules));
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose() => _modules.Dispose();

    internal static CompressionPolicy Create(int factors, int seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var modules = new PolicyModules(factors, generator);
        foreach (var parameter in modules.parameters())
        {
            parameter.DetachFromDisposeScope();
        }
        return new CompressionPolicy(modules);
    }

    /// <summary>A copy, which learns apart from this one.</summary>
    internal CompressionPolicy Copy()
    {
        var copy = Create(Factors, seed: 0);
        Safetensors.Load(copy._modules, Safetensors.Save(_modules));
        return copy;
    }

    /// <exception cref="InvalidOperationException">It chooses from another number of factors.</exception>
    internal void Check(SearchSpace space)
    {
        if (space.Factors.Count != Factors)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"Policy chooses from {Factors} factors, and Factors has {space.Factors.Count}; give as many, or no policy."));
        }
    }

    private sealed class PolicyModules : nn.Module
    {
        // The names of these fields are those of policy files.
        private readonly RemovalPolicy removal;
        private readonly ShrinkagePolicy shrinkage;

        public PolicyModules(int factors, Generator generator)
            : base(nameof(PolicyModules))
        {
            (removal, shrinkage, Factors) = (new RemovalPolicy(generator), new ShrinkagePolicy(factors, generator), factors);
            RegisterComponents();
        }

        public RemovalPolicy Removal => removal;

        public ShrinkagePolicy Shrinkage => shrinkage;

        public int Factors { get; }
    }
}
