using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Solves for the maps of a <see cref="PairBase"/>: reduced-rank ridge regression from images to sentences.</summary>
/// <remarks>
/// The features of sentences may be tens of thousands, so they are never predicted themselves. Ridge regression to random projections of them tells
/// in which directions images predict sentences (as in randomised singular value decomposition: Halko, Martinsson, Tropp 2011, arXiv 0909.4061);
/// another, to sentences in these directions, is what is kept, in the E directions of most left-out variance (reduced-rank regression: Izenman
/// 1975). The penalty is the one by which images that are left out in turn find their own sentences best, and are found: that of the lowest squared
/// error is far larger, since most of a sentence cannot be told from its image.
/// </remarks>
internal sealed class PairBaseSolver
{
    private const int MostImages = 20_000;

    // The most images that choose the penalty, since each penalty needs a factorisation.
    private const int ChoosingImages = 2000;

    // The directions beyond E that are projected, so that those of E are found well.
    private const int Oversampling = 128;

    // The terms of a sentence, where memory is estimated.
    private const int TermsOfASentence = 64;

    // Of the mean deviation of a feature.
    private const double LeastDeviation = 0.01;

    // Copies of targets and maps while solutions are compared.
    private const int Copies = 6;

    private static readonly double[] s_penalties = [1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10];

    private readonly PairBase _target;
    private readonly ImageTextDetails _details;
    private readonly Action _checkAlive;
    private readonly PairBaseRows _rows;
    private readonly Random _random;

    /// <param name="target">Receives the maps.</param>
    /// <param name="details">What the model reads.</param>
    /// <param name="megabytes">The most memory to use.</param>
    /// <param name="seed">The seed of all random choices.</param>
    /// <param name="checkAlive">Throws when the fit was cancelled.</param>
    /// <exception cref="InvalidOperationException">That memory does not suffice for two images.</exception>
    public PairBaseSolver(PairBase target, ImageTextDetails details, int megabytes, int seed, Action checkAlive)
    {
        (_target, _details, _checkAlive, _random) = (target, details, checkAlive, new Random(seed));
        _rows = new PairBaseRows(target.Patches, details, Affordable(megabytes), _random);
    }

    private int Features => PairBase.Features(_details);

    private int TextValues => PairBase.TextValues(_details);

    private int Size => _details.BaseSize;

    /// <summary>Adds training rows.</summary>
    public void Add(RowStore store, ArraySegment<int> rows)
    {
        foreach (var row in rows)
        {
            _checkAlive();
            _rows.Add(store, row);
        }
    }

    /// <summary>Solves and sets the maps; those of a single image stay 0.</summary>
    public void Solve()
    {
        if (_rows.Count < 2)
        {
            return;
        }
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        _target.Patches?.Learn(_rows.Images, _random, _checkAlive);
        var (features, weights) = (Computed(), _rows.Weights());
        var scale = Standardize(features, weights);
        var texts = new CentredTexts(_rows.Texts(TextValues), weights, _checkAlive);
        var width = Math.Min(Size + Oversampling, Math.Min(TextValues, _rows.Count - 1));
        using var generator = new Generator((ulong)_random.Next());
        var drawn = texts.Times(
            width == TextValues ? eye(width, dtype: ScalarType.Float64) : randn([TextValues, width], ScalarType.Float64, generator: generator));
        var penalty = Penalty(features, drawn, weights);
        var basis = TruncatedSvd.Basis(texts.TransposedTimes(LeftOut(features, drawn, weights, penalty)), _checkAlive);
        using var ridge = new LeaveOneOutRidge(features, Doubles(texts.Times(basis)), weights, _checkAlive);
        var fit = Fitted(ridge, penalty);
        var leftOut = Weighted(fit.LeftOut, weights, width);
        var kept = Math.Min(Size, width);
        var directions = zeros(width, Size, ScalarType.Float64);
        directions.narrow(1, 0, kept).copy_(linalg.eigh(leftOut.t().mm(leftOut)).Item2.flip(1).narrow(1, 0, kept));
        var (imageMap, textMap) = (ridge.Weights(fit).Weights.ToAligned(Features, width).mm(directions) / scale.Deviation.t(), basis.mm(directions));
        _target.Set(new PairMaps(
            Singles(imageMap), Singles(scale.Mean.mm(imageMap).neg()), Singles(textMap), Singles(texts.Mean.mm(textMap).neg())));
    }

    private int Affordable(int megabytes)
    {
        var allowed = megabytes * (double)(1L << 20);
        var images = MostImages;
        while (images >= 2 && Bytes(images) > allowed)
        {
            images /= 2;
        }
        return images >= 2 ? images : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
            $"The base of two images takes {(long)Bytes(2) >> 20} MB, and Training.MemoryBudgetMegabytes allows {megabytes}; raise it, or set BaseWeight to 0."));
    }

    private double Bytes(double images)
    {
        var (width, values) = ((double)Size + Oversampling, _details.Text.Values > 0 ? _details.Text.Values : TermsOfASentence);
        return (sizeof(float) * images * (Features + (_target.Patches?.SmallValues ?? 0))) + (3 * sizeof(double) * images * values)
            + LeaveOneOutRidge.Bytes((long)images, Features) + (sizeof(double) * Copies * width * (images + Features + TextValues));
    }

    private Tensor Computed()
    {
        var features = empty(_rows.Count, Features, dtype: ScalarType.Float32);
        for (var row = 0; row < _rows.Count; row++)
        {
            _checkAlive();
            using var scope = NewDisposeScope();
            features[row].copy_(_target.Patches is { } patches ? patches.OfSmall(_rows.Images[row].ToAligned(patches.SmallShape)).view(-1) : _rows.Images[row].ToAligned(Features));
        }
        return features;
    }

    // To mean 0 and deviation 1, in place; a deviation that is small beside those of others does not count.
    private static (Tensor Mean, Tensor Deviation) Standardize(Tensor features, double[] weights)
    {
        using var scope = NewDisposeScope();
        var mean = Mean(features, weights);
        features.add_(mean, Numbers.MinusOne);
        var deviation = Mean(features.Squared(), weights).sqrt();
        deviation = deviation.Plus(deviation.mean(), LeastDeviation).Plus(double.Epsilon * 1e300);
        features.div_(deviation);
        return (mean.to_type(ScalarType.Float64).MoveToOuterDisposeScope(), deviation.to_type(ScalarType.Float64).MoveToOuterDisposeScope());
    }

    private static Tensor Mean(Tensor features, double[] weights)
    {
        var total = weights.Sum();
        return weights.Select(weight => (float)(weight / total)).ToArray().ToAligned(1, weights.Length).mm(features);
    }

    private double Penalty(Tensor features, Tensor targets, double[] weights)
    {
        using var scope = NewDisposeScope();
        if (_rows.Count > ChoosingImages)
        {
            long[] all = [.. Enumerable.Range(0, _rows.Count).Select(row => (long)row)];
            _random.Shuffle(all);
            Array.Sort(all, 0, ChoosingImages);
            var some = tensor(all[..ChoosingImages]);
            (features, targets, weights) = (
                features.index_select(0, some), targets.index_select(0, some), [.. all[..ChoosingImages].Select(row => weights[row])]);
            features = features.Minus(Mean(features, weights));
        }
        using var ridge = new LeaveOneOutRidge(features, Doubles(targets), weights, _checkAlive);
        return s_penalties.MinBy(
            penalty => ridge.Fit(penalty) is { } fit ? LogRank(fit.LeftOut.ToAligned(targets.shape), targets) : double.PositiveInfinity);
    }

    // The mean logarithm of the rank of an image's own sentence among all, and of the reverse, by cosine.
    private static double LogRank(Tensor found, Tensor wanted)
    {
        using var scope = NewDisposeScope();
        var cosines = PairBatch.Unit(found).mm(PairBatch.Unit(wanted).t());
        var own = cosines.diagonal();
        return Ranks(cosines.ge(own.unsqueeze(1)), 1).Plus(Ranks(cosines.ge(own.unsqueeze(0)), 0)).Item<double>();

        static Tensor Ranks(Tensor above, long dimension) => above.to_type(ScalarType.Float64).sum([dimension]).log().mean();
    }

    private Tensor LeftOut(Tensor features, Tensor targets, double[] weights, double penalty)
    {
        using var ridge = new LeaveOneOutRidge(features, Doubles(targets), weights, _checkAlive);
        return Fitted(ridge, penalty).LeftOut.ToAligned(targets.shape);
    }

    private static RidgeFit Fitted(LeaveOneOutRidge ridge, double penalty) => ridge.Fit(penalty)
        ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
            $"The features of the images have no ridge regression with a penalty of {penalty:g3}; set BaseWeight to 0."));

    private static Tensor Weighted(double[] rows, double[] weights, long width)
    {
        using var scope = NewDisposeScope();
        return (rows.ToAligned(weights.Length, width) * weights.Select(Math.Sqrt).ToArray().ToAligned(weights.Length, 1)).MoveToOuterDisposeScope();
    }

    private static double[] Doubles(Tensor values) => values.contiguous().AsDoubles().ToArray();

    private static float[] Singles(Tensor values) => values.to_type(ScalarType.Float32).contiguous().AsSpan().ToArray();
}
