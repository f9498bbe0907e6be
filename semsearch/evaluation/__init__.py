"""How well does search find what people judged to be relevant?"""
