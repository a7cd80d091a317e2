using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking;

/// <summary>The spatial GRU by antidiagonals against the paper's equations, pair of terms after pair of terms.</summary>
[TestClass]
public sealed class MatchSrnnTests
{
    private const int Units = 8;

    [TestMethod]
    public void Scores_AreThoseOfTheEquations()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var texts = new Texts(["red lamp on a table", "blue chair"], new PairLimits(4, 6));
        var generator = new Generator(3);
        var model = new MatchSrnn(new PairSettings(
            () => new WordTable(texts.Terms.Count, 5, null, true, generator), 0, [], 8, 4, new PairLimits(4, 6), 0, new RandomSource(),
                generator));
        var batch = texts.Batch(
            letters: false, 0, texts.Pack(false, "red chair on", "a lamp on red table", "blue"), texts.Pack(false, "lamp", "lamp a"));
        var scores = model.call(batch).data<float>().ToArray();
        (int Query, string[] Terms, string[] Asked)[] pairs =
        [
            (0, ["a", "lamp", "on", "red", "table"], ["red", "chair", "on"]), (0, ["blue"], ["red", "chair", "on"]),
                (1, ["lamp", "a"], ["lamp"]),
        ];
        var weights = model.named_parameters().ToDictionary(named => named.name, named => named.parameter);
        for (var pair = 0; pair < pairs.Length; pair++)
        {
            Assert.AreEqual(Score(weights, texts, pairs[pair].Asked, pairs[pair].Terms), scores[pair], 1e-5, $"pair {pair}");
        }
    }

    private static float Score(Dictionary<string, TorchSharp.Modules.Parameter> weights, Texts texts, string[] query, string[] document)
    {
        Tensor Linear(string name, Tensor x) => weights[$"{name}.weight"].matmul(x).Plus(weights[$"{name}.bias"]);
        Tensor Vector(string term) => weights["table.learned"][texts.Terms.Id(term)];
        var states = new Tensor[query.Length + 1, document.Length + 1];
        for (var i = 0; i <= query.Length; i++)
        {
            for (var j = 0; j <= document.Length; j++)
            {
                states[i, j] = i == 0 || j == 0 ? zeros(Units) : Next(i, j);
            }
        }
        return Linear("score", states[query.Length, document.Length]).Item<float>();

        Tensor Next(int i, int j)
        {
            var (u, v) = (Vector(query[i - 1]), Vector(document[j - 1]));
            var products = weights["tensors"].view(5, 4, 5).matmul(v).transpose(0, 1).matmul(u);
            var signal = Linear("input", products.Plus(Linear("queries", u)).Plus(Linear("documents", v)).relu());
            var (left, top, corner) = (states[i, j - 1], states[i - 1, j], states[i - 1, j - 1]);
            var around = cat([left, top, corner]);
            var gates = Linear("gates", around).Plus(signal.narrow(0, 0, 7 * Units));
            var shares = gates.narrow(0, 3 * Units, 4 * Units).view(4, Units).softmax(0);
            var fresh = Linear("candidate", around * gates.narrow(0, 0, 3 * Units).sigmoid()).Plus(signal.narrow(0, 7 * Units, Units))
                .tanh();
            return (left * shares[0]).Plus(top * shares[1]).Plus(corner * shares[2]).Plus(fresh * shares[3]);
        }
    }
}
