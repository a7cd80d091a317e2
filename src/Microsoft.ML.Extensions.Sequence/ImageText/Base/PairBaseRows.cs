using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What a base learns from: each image once, with the mean of its sentences.</summary>
internal sealed class PairBaseRows
{
    private readonly Dictionary<int, int> _slots = [];
    private readonly HashSet<int> _known = [];
    private readonly List<int> _numbers = [];
    private readonly List<float[]> _images = [];
    private readonly List<Dictionary<int, double>> _texts = [];
    private readonly List<double> _weights = [];
    private readonly PatchFeatures? _patches;
    private readonly float[]? _rarities;
    private readonly int _imageValues;
    private readonly int _most;
    private readonly Random _random;

    /// <param name="patches">Averages images down; null for given features.</param>
    /// <param name="details">What the model reads.</param>
    /// <param name="most">The most images; of more, so many are drawn.</param>
    /// <param name="random">Draws them.</param>
    public PairBaseRows(PatchFeatures? patches, ImageTextDetails details, int most, Random random)
    {
        (_patches, _most, _random, _imageValues) = (patches, most, random, details.Image.Values);
        _rarities = details.Text.Terms is { } terms ? PairBase.Rarities(new TermVocabulary(terms)) : null;
    }

    /// <summary>N.</summary>
    public int Count => _images.Count;

    /// <summary>The images, averaged down, or their given features.</summary>
    public IReadOnlyList<float[]> Images => _images;

    /// <summary>The weights of the images, with mean 1.</summary>
    public double[] Weights()
    {
        var mean = _weights.Average();
        return [.. _weights.Select(weight => weight / mean)];
    }

    /// <summary>The features of sentences, the mean of each image's, <c>[N, V]</c>.</summary>
    /// <param name="columns">V.</param>
    public SparseRows Texts(int columns)
    {
        var starts = new int[Count + 1];
        var (places, values) = (new List<int>(), new List<double>());
        for (var row = 0; row < Count; row++)
        {
            foreach (var (place, value) in _texts[row].OrderBy(pair => pair.Key))
            {
                places.Add(place);
                values.Add(value / _weights[row]);
            }
            starts[row + 1] = places.Count;
        }
        return new SparseRows(columns, starts, [.. places], [.. values]);
    }

    /// <summary>Adds a row, whose label is the numbers of its image and sentence.</summary>
    public void Add(RowStore store, int row)
    {
        var number = (int)store.Label(row)[0];
        if (_known.Add(number))
        {
            Admit(number, store.Values(row)[.._imageValues]);
        }
        if (!_slots.TryGetValue(number, out var slot))
        {
            return;
        }
        var weight = store.Weight(row);
        _weights[slot] += weight;
        Add(_texts[slot], store.Values(row)[_imageValues..], weight);
    }

    // Each image stays with the same probability (reservoir sampling).
    private void Admit(int number, ReadOnlySpan<float> image)
    {
        var slot = _known.Count <= _most ? Count : _random.Next(_known.Count);
        if (slot >= _most)
        {
            return;
        }
        if (slot == Count)
        {
            _numbers.Add(number);
            _images.Add(Small(image));
            _texts.Add([]);
            _weights.Add(0);
        }
        else
        {
            _slots.Remove(_numbers[slot]);
            (_numbers[slot], _images[slot], _texts[slot], _weights[slot]) = (number, Small(image), [], 0);
        }
        _slots.Add(number, slot);
    }

    private float[] Small(ReadOnlySpan<float> image)
    {
        if (_patches is null)
        {
            return image.ToArray();
        }
        using var scope = NewDisposeScope();
        return _patches.Shrink(image.ToArray().ToAligned(1, _imageValues)).contiguous().AsSpan().ToArray();
    }

    private void Add(Dictionary<int, double> text, ReadOnlySpan<float> values, double weight)
    {
        var length = 0.0;
        foreach (var value in values)
        {
            length += _rarities is null ? 0 : _rarities[(int)value] * (double)_rarities[(int)value];
        }
        for (var place = 0; place < values.Length; place++)
        {
            var (key, value) = _rarities is null ? (place, values[place])
                : ((int)values[place], length == 0 ? 0 : _rarities[(int)values[place]] / Math.Sqrt(length));
            if (value != 0)
            {
                text[key] = text.GetValueOrDefault(key) + (weight * value);
            }
        }
    }
}
