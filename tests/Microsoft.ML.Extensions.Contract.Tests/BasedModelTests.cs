using System.Text.Json.Nodes;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A network with a base beside it keeps the promises of one that has none.</summary>
[TestClass]
public sealed class BasedModelTests
{
    private static readonly MLContext Context = new(1);
    private static readonly IDataView Data = BasedToy.View(Context, BasedToy.Rows(100, 1));
    private static readonly Lazy<NetworkTransformer> Fitted = new(() => BasedToy.Fit(Context, Data));
    private static readonly Lazy<byte[]> Saved = new(() => ModelFile.Save(Context, Fitted.Value, Data.Schema));

    private readonly string _folder = Directory.CreateTempSubdirectory("based-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void FreshProcess_GivesTheSameScoresToTheLastBit()
    {
        Assert.IsGreaterThan(0, Fitted.Value.Model.Base!.NetworkWeight, "The file holds no network.");
        var (model, rows) = (Path.Combine(_folder, "model.zip"), Path.Combine(_folder, "rows.idv"));
        File.WriteAllBytes(model, Saved.Value);
        using (var stream = File.Create(rows))
        {
            Context.Data.SaveAsBinary(Data, stream);
        }
        var child = ChildProcess.Run("ModelConsumer", [model, rows], _ => { }, environment: ("OMP_NUM_THREADS", "1"));
        Assert.AreEqual(0, child.ExitCode, child.Errors);
        Assert.AreEqual(BasedToy.Scores(Fitted.Value, Data).Bits(), string.Join('\n', child.OutputLines.Select(line => line.Split(' ')[0].ToLowerInvariant())));
    }

    [TestMethod]
    public void FileThatWasSavedAtomically_GivesTheSameScores()
    {
        var path = Path.Combine(_folder, "model.zip");
        Context.Model.SaveAtomically(Fitted.Value, Data.Schema, path);
        using var loaded = (NetworkTransformer)Context.Model.Load(path, out _);
        Scores.AssertSame(BasedToy.Scores(Fitted.Value, Data), BasedToy.Scores(loaded, Data));
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void FitSaveLoadAndScore_LeaveNoTensorOnceDisposed() => LiveTensors.AssertNoneLeft(() =>
    {
        using var model = BasedToy.Fit(Context, Data);
        using var loaded = (NetworkTransformer)ModelFile.Load(Context, ModelFile.Save(Context, model, Data.Schema));
        BasedToy.Scores(loaded, Data);
    });

    [TestMethod]
    public void FitsAtOnce_GiveTheBitsOfAFitAlone()
    {
        var fits = new float[3][][];
        Parallel.For(0, fits.Length, new ParallelOptions { MaxDegreeOfParallelism = fits.Length }, fit =>
        {
            var ml = new MLContext(1);
            using var model = BasedToy.Fit(ml, Data);
            fits[fit] = BasedToy.Scores(model, Data);
        });
        foreach (var scores in fits)
        {
            Scores.AssertSame(BasedToy.Scores(Fitted.Value, Data), scores);
        }
    }

    [TestMethod]
    public void ChannelThatDeterminesTheNumber_Matters_AndTheOneOfNoiseDoesNot()
    {
        using var loaded = (NetworkTransformer)ModelFile.Load(Context, Saved.Value);
        foreach (var model in new[] { Fitted.Value, loaded })
        {
            var importance = Context.Regression.PermutationChannelImportance(model, Data, "Target");
            var (told, noise) = (importance["Channel 0"].MeanSquaredError.Mean, importance["Channel 1"].MeanSquaredError.Mean);
            Assert.IsGreaterThan(0.2, told);
            Assert.IsLessThan(told / 3, Math.Abs(noise));
        }
        var slots = Context.Regression.PermutationFeatureImportance(Fitted.Value, Fitted.Value.Transform(Data), "Target", permutationCount: 1);
        Assert.AreEqual(4, slots.Select((metrics, slot) => (metrics.MeanSquaredError.Mean, slot)).MaxBy(pair => pair.Mean).slot);
    }

    [TestMethod]
    public void GradientNoise_ReachesTheNetwork_AndIsReproducible()
    {
        var noisy = Enumerable.Range(0, 2).Select(_ =>
        {
            using var model = BasedToy.Fit(Context, Data, options => options.Training.GradientNoise = new GradientNoiseOptions());
            Assert.IsNotNull(model.Model.Base);
            return BasedToy.Scores(model, Data);
        }).ToArray();
        Scores.AssertSame(noisy[0], noisy[1]);
        Scores.AssertDifferent(BasedToy.Scores(Fitted.Value, Data), noisy[0]);
    }

    // Only the given validation rows decide whether the network helps.
    [TestMethod]
    public void ValidationRows_DecideWhetherTheNetworkStays()
    {
        using var kept = BasedToy.Trainer(Context).Fit(Data, BasedToy.View(Context, BasedToy.Rows(60, 2)));
        Assert.IsGreaterThan(0, kept.Model.Base!.NetworkWeight);
        using var dropped = BasedToy.Trainer(Context).Fit(Data, BasedToy.View(Context, BasedToy.Opposite(60, 3)));
        Assert.AreEqual(0, dropped.Model.Base!.NetworkWeight);
        Assert.AreEqual(0, dropped.Model.ParameterCount);
    }

    [TestMethod]
    public void TensorOfTheBase_ThatIsAway_IsNoNumber_OrOfAnotherShape_IsRefused()
    {
        var tensors = Safetensors.Read(ModelFile.Entry(Saved.Value, ModelFile.Weights));
        var ofBase = tensors.Keys.Where(name => name.StartsWith("base.", StringComparison.Ordinal)).ToArray();
        Assert.IsGreaterThan(5, ofBase.Length);
        foreach (var name in ofBase)
        {
            AssertRefused($"{name} away", tensors.Where(pair => pair.Key != name));
            // A link of two numbers instead of one is another model that training may leave.
            AssertRefused($"{name} longer", tensors.Select(pair => pair.Key != name ? pair : new(name, cat([pair.Value, pair.Value, pair.Value]))));
            if (tensors[name].dtype is ScalarType.Float32 or ScalarType.Float64)
            {
                AssertRefused($"{name} NaN", tensors.Select(pair => pair.Key != name ? pair : new(name, full_like(pair.Value, Nan))));
            }
        }
        foreach (var tensor in tensors.Values)
        {
            tensor.Dispose();
        }
    }

    [TestMethod]
    [DataRow("no base", "unknown")]
    [DataRow("no network's name", "base of kind '', which")]
    [DataRow("no base's name", "base of kind 'ParaRnn', which")]
    [DataRow("alone", "")]
    [DataRow("weight", "weights of its base and its network")]
    [DataRow("corrected", "as versions before 0.1.0 had it")]
    [DataRow("gain", "gain of its network over its base")]
    [DataRow("error", "gain of its network over its base")]
    [DataRow("options", "Features is -5")]
    [DataRow("null options", "")]
    [DataRow("members", "")]
    public void DescriptionOfTheBase_ThatWasChanged_IsRefused(string what, string reason)
    {
        var changed = ModelFile.WithDescription(Saved.Value, json =>
        {
            var model = (JsonObject)json["Model"]!;
            var solved = (JsonObject)model["Base"]!;
            switch (what)
            {
                case "no base":
                    model.Remove("Base");
                    break;
                case "no network's name":
                    solved["Network"] = "";
                    break;
                case "no base's name":
                    solved["Network"] = "ParaRnn";
                    break;
                case "alone":
                    (solved["BaseWeight"], solved["NetworkWeight"]) = (1, 0);
                    break;
                case "weight":
                    solved["NetworkWeight"] = 1e30;
                    break;
                case "corrected":
                    solved["IsCorrected"] = true;
                    break;
                case "gain":
                    solved["Gain"] = -1;
                    break;
                case "error":
                    solved["StandardError"] = -1;
                    break;
                case "options":
                    solved["Options"]!["NumberOfFeatures"] = -5;
                    break;
                case "null options":
                    solved["Options"] = null;
                    break;
                default:
                    model["Members"] = 3;
                    break;
            }
        });
        StringAssert.Contains(Refusal(changed), reason, what);
    }

    // Files from before 0.1.0 have null where the smoothing of labels was not set, and no weights.
    [TestMethod]
    public void FileFromBefore_LoadsWithTheDefaults()
    {
        using var alone = BasedToy.Trainer(Context).Fit(Data, BasedToy.View(Context, BasedToy.Opposite(60, 3)));
        var file = ModelFile.WithDescription(ModelFile.Save(Context, alone, Data.Schema), json =>
        {
            var model = (JsonObject)json["Model"]!;
            model["Options"]!["Training"]!["LabelSmoothing"] = null;
            var solved = (JsonObject)model["Base"]!;
            solved.Remove("BaseWeight");
            solved.Remove("NetworkWeight");
            solved["IsCorrected"] = false;
        });
        using var loaded = (NetworkTransformer)ModelFile.Load(Context, file);
        Scores.AssertSame(BasedToy.Scores(alone, Data), BasedToy.Scores(loaded, Data));
    }

    private static readonly TorchSharp.Scalar Nan = double.NaN;

    private static void AssertRefused(string what, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        using var scope = NewDisposeScope();
        var file = ModelFile.With(Saved.Value, ModelFile.Weights, Safetensors.Write(tensors.Select(pair => (pair.Key, pair.Value))));
        Assert.IsGreaterThan(0, Refusal(file).Length, what);
    }

    // ML.NET puts its own exception around that of a loader.
    private static string Refusal(byte[] file)
    {
        var thrown = Assert.Throws<Exception>(() => ModelFile.Load(Context, file));
        for (var e = thrown; e is not null; e = e.InnerException!)
        {
            if (e is FormatException)
            {
                return e.Message;
            }
        }
        throw new AssertFailedException($"It was refused by {thrown}");
    }
}
